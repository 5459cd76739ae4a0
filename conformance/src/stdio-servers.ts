import { fileURLToPath } from 'node:url'

/** A real MCP server that speaks over its standard streams, and what a client can do with it through the gateway. */
export interface StdioServer {
  readonly name: string
  readonly command: readonly string[]
  /** The revision that a client of each SDK and this server agree on. */
  readonly revisions: Readonly<Record<SdkLine, string>>
  readonly calls: readonly Call[]
}

/** A call of a tool. */
interface Call {
  readonly tool: string
  readonly args?: Record<string, unknown>
  /** What stands in its answer. */
  readonly says: RegExp
  /** How often it tells its progress. Default: nobody looks. */
  readonly progress?: number
  /** Whether the server asks the client meanwhile, which it can before 2026-07-28 alone. */
  readonly asks?: true
}

type SdkLine = 'sdk 1.x' | 'sdk 2.x'

const own = fileURLToPath(new URL('everything-stdio.ts', import.meta.url))
const reference = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'))

export const stdioServers: readonly StdioServer[] = [
  {
    name: 'server-everything (SDK 1.x)',
    command: [process.execPath, reference],
    revisions: { 'sdk 1.x': '2025-11-25', 'sdk 2.x': '2025-11-25' },
    calls: [
      { tool: 'echo', args: { message: 'hello' }, says: /hello/ },
      { tool: 'trigger-long-running-operation', args: { duration: 0.3, steps: 3 }, says: /completed/, progress: 3 },
      { tool: 'trigger-sampling-request', args: { prompt: 'x', maxTokens: 9 }, says: /sampled here/, asks: true },
      { tool: 'trigger-elicitation-request', says: /filled in here/, asks: true },
      { tool: 'get-roots-list', says: /file:\/\/\/here/, asks: true },
    ],
  },
  {
    name: 'everything (SDK 2.x)',
    command: [process.execPath, own],
    revisions: { 'sdk 1.x': '2025-11-25', 'sdk 2.x': '2026-07-28' },
    calls: [
      { tool: 'test_header_parameter', args: { region: 'us-west1' }, says: /us-west1/ },
      { tool: 'test_tool_with_progress', says: /./, progress: 3 },
      { tool: 'test_sampling', args: { prompt: 'x' }, says: /sampled here/, asks: true },
    ],
  },
]

/** What one client found. */
export interface StdioResult {
  readonly of: string
  /** What went otherwise than it should. */
  readonly problems: readonly string[]
}

/** Uses a server through the gateway at `url`, which adds the access token, with the official SDK of either line. */
export async function tryStdioServer(server: StdioServer, url: string): Promise<readonly StdioResult[]> {
  const results: StdioResult[] = []
  const { clients } = await import(new URL('sdk-clients.mjs', import.meta.url).href)
  for (const [line, connect] of Object.entries(clients) as [SdkLine, Connect][]) {
    const problems: string[] = []
    const client = await connect(url)
    if (client.revision !== server.revisions[line]) problems.push(`speaks ${client.revision}`)
    if ((await client.countTools()) === 0) problems.push('lists no tools')
    // A client that speaks 2026-07-28 is asked by the answer, which each tool words for itself: the suite tries that.
    const calls = server.calls.filter(({ asks }) => !asks || client.revision !== '2026-07-28')
    for (const call of calls) problems.push(...(await problemsOf(call, client)))
    await client.close()
    results.push({ of: `${server.name}, ${line}`, problems })
  }
  return results
}

/** A client of either line. */
interface ConnectedClient {
  readonly revision: string | undefined
  countTools(): Promise<number>
  call(tool: string, args: Record<string, unknown>, onprogress: () => void): Promise<unknown>
  close(): Promise<void>
}
type Connect = (url: string) => Promise<ConnectedClient>

async function problemsOf({ tool, args = {}, says, progress }: Call, client: ConnectedClient): Promise<string[]> {
  let told = 0
  const answer = await client
    .call(tool, args, () => {
      told += 1
    })
    .catch((error: unknown) => String(error))
  return [
    ...(says.test(JSON.stringify(answer)) ? [] : [`${tool}: ${JSON.stringify(answer).slice(0, 200)}`]),
    ...(progress === undefined || told === progress ? [] : [`${tool}: tells its progress ${told} times`]),
  ]
}
