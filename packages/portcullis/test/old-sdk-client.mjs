// The client of MCP's own SDK over HTTP+SSE (2024-11-05), in a process of its own: under the condition `source`, which tests have, one of its
// dependencies cannot be loaded. Its arguments are the URL and an access token. It lists the tools, calls `echo`, says so, waits for what the server
// says by itself where there is a third argument, and leaves.
import { Client, SSEClientTransport } from '@modelcontextprotocol/client'

const [url, token, isToWait] = process.argv.slice(2)
const client = new Client({ name: 'old', version: '1' })
const said = new Promise((resolve) => {
  client.fallbackNotificationHandler = async ({ method }) => resolve(method)
})
await client.connect(
  new SSEClientTransport(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${token}` } } }),
)
const { tools } = await client.listTools()
const { content } = await client.callTool({ name: 'echo', arguments: { text: 'hello' } })
console.log(JSON.stringify({ tools: tools.map(({ name }) => name), content, said: isToWait ? await said : undefined }))
await client.close()
