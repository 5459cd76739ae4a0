import { McpServer, type ServerNotifier } from '@modelcontextprotocol/server'
import { registerAskingTools } from './asking-tools.ts'
import { registerContentTools } from './content-tools.ts'
import { registerInputRequiredTools, rounds } from './input-required-tools.ts'
import { registerPrompts } from './prompts.ts'
import { registerResources } from './resources.ts'
import { skills } from './skills.ts'

/** An MCP server with everything that the suite's server scenarios call, each under the name they call it by. */
export function createServer(notify: ServerNotifier): McpServer {
  const mcp = new McpServer(
    { name: 'everything', version: '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: rounds.verify },
    },
  )
  registerContentTools(mcp)
  registerAskingTools(mcp)
  registerInputRequiredTools(mcp)
  registerTriggers(mcp, notify)
  registerResources(mcp)
  registerPrompts(mcp)
  skills.attach(mcp)
  return mcp
}

/** Tools that make the server tell its listeners of a change. */
function registerTriggers(mcp: McpServer, notify: ServerNotifier): void {
  mcp.registerTool('test_trigger_tool_change', { description: 'Says that the tools changed' }, () => {
    notify.toolsChanged()
    return { content: [{ type: 'text', text: 'Said' }] }
  })
  mcp.registerTool('test_trigger_prompt_change', { description: 'Says that the prompts changed' }, () => {
    notify.promptsChanged()
    return { content: [{ type: 'text', text: 'Said' }] }
  })
}
