import { join } from 'node:path'
import { anthropicMessages } from '../dialects/anthropic-messages.ts'
import { startModelStandIn } from '../model-stand-in.ts'
import { createOpenings, installOpeners } from '../openers.ts'
import { homeIn, runProgram } from '../program.ts'
import { answerNext, type ClientKind, onlyServer } from './client.ts'
import { packageFile, packageVersion } from './package-version.ts'

/** Claude Code, by its own command line. The package's own launcher finds the program for this machine; its install script is not run. */
export const claudeCode: ClientKind = {
  name: 'claude-code',
  version: () => packageVersion('@anthropic-ai/claude-code'),
  stepUp: 'ends with the refusal',
  era: 'stateless',

  async create({ url, folder, person, serverName = onlyServer }) {
    const openings = createOpenings()
    const openers = join(folder, `openers-of-${serverName}`)
    const home = join(folder, 'home')
    const env = {
      ...(await homeIn(home, openers)),
      CLAUDE_CONFIG_DIR: join(home, '.claude'),
      ANTHROPIC_API_KEY: 'of-no-worth',
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ENABLE_TOOL_SEARCH: 'false',
      MCP_CONNECT_TIMEOUT_MS: '60000', // how long the first turn waits for tools: by default 5 s, which are over on a machine that does much else
    }
    const stopListening = await installOpeners(openers, openings)
    const claude = (args: readonly string[], more: { terminal?: boolean; modelUrl?: string } = {}) =>
      runProgram([process.execPath, packageFile('@anthropic-ai/claude-code', 'cli-wrapper.cjs'), ...args], {
        env: { ...env, ANTHROPIC_BASE_URL: more.modelUrl ?? 'http://127.0.0.1:9' },
        folder: home,
        limit: 60,
        terminal: more.terminal ?? false,
      })

    return {
      async connect() {
        const added = await claude(['mcp', 'add', '--transport', 'http', '-s', 'user', serverName, url])
        if (added.code !== 0) throw new Error(`claude mcp add failed: ${added.output}`)
        const { output } = await claude(['mcp', 'list'])
        const line = output.split('\n').find((each) => each.startsWith(`${serverName}:`)) ?? output
        if (!line.includes('Needs authentication')) throw new Error(`claude mcp list says: ${line}`)
        return line.slice(line.lastIndexOf(' - ') + 3).trim()
      },

      async signIn() {
        const login = claude(['mcp', 'login', serverName], { terminal: true })
        const visit = await answerNext(openings, person)
        const { code, output } = await login
        if (code !== 0) throw new Error(`claude mcp login ended with ${code}: ${output}`)
        return visit
      },

      async callTool(name, args) {
        const model = await startModelStandIn(anthropicMessages, { server: serverName, tool: name, arguments: args })
        const prompt = ['-p', 'Call the tool.', '--allowedTools', `mcp__${serverName}__${name}`]
        const { output } = await claude(prompt, { modelUrl: model.url })
        await model.close()
        const report = model.report()
        if (report === undefined)
          throw new Error(`Claude Code reported no result to the model (${model.journal.join(', ')}): ${output}`)
        if (openings.waiting().length > 0) throw new Error('Claude Code opened a browser in the middle of a call')
        return { ...report, visits: [] }
      },

      async close() {
        stopListening()
      },
    }
  },
}
