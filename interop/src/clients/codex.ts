import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openaiResponses } from '../dialects/openai-responses.ts'
import { startModelStandIn } from '../model-stand-in.ts'
import { createOpenings, installOpeners } from '../openers.ts'
import { homeIn, runProgram } from '../program.ts'
import { answerNext, type ClientKind, onlyServer } from './client.ts'
import { packageFile, packageVersion } from './package-version.ts'

/** Codex, by its own command line. */
export const codex: ClientKind = {
  name: 'codex',
  version: () => packageVersion('@openai/codex'),
  stepUp: 'ends with the refusal',
  era: 'sessions',

  async create({ url, folder, person, serverName = onlyServer }) {
    const openings = createOpenings()
    const openers = join(folder, `openers-of-${serverName}`)
    const home = join(folder, 'home')
    const env = { ...(await homeIn(home, openers)), CODEX_HOME: join(home, '.codex') }
    const file = join(env.CODEX_HOME, 'config.toml')
    await mkdir(env.CODEX_HOME, { recursive: true })
    await writeFile(file, configuration, { flag: 'wx' }).catch(requireThatItIsThere)
    await appendFile(file, serverTable(serverName, url))
    const stopListening = await installOpeners(openers, openings)
    const run = (args: readonly string[]) =>
      runProgram([process.execPath, packageFile('@openai/codex', 'bin/codex.js'), ...args], {
        env,
        folder: home,
        limit: 100,
      })

    return {
      async connect() {
        const { output } = await run(['mcp', 'list'])
        const line = output.split('\n').find((each) => each.startsWith(`${serverName} `)) ?? output
        if (!line.includes('Not logged in')) throw new Error(`codex mcp list says: ${line}`)
        return 'Not logged in'
      },

      async signIn() {
        const login = run(['mcp', 'login', serverName])
        const visit = await answerNext(openings, person)
        const { code, output } = await login
        if (code !== 0) throw new Error(`codex mcp login ended with ${code}: ${output}`)
        return visit
      },

      async callTool(name, args) {
        const model = await startModelStandIn(openaiResponses, { server: serverName, tool: name, arguments: args })
        const provider = `model_providers.stand-in.base_url="${model.url}/v1"`
        const settings = [provider, ...untilItIsThere(serverName)].flatMap((setting) => ['-c', setting])
        const { output } = await run(['exec', '--skip-git-repo-check', ...settings, 'Call the tool.'])
        await model.close()
        const report = model.report()
        if (report === undefined)
          throw new Error(`Codex reported no result to the model (${model.journal.join(', ')}): ${output}`)
        if (openings.waiting().length > 0) throw new Error('Codex opened a browser in the middle of a call')
        return { ...report, visits: [] }
      },

      async close() {
        stopListening()
      },
    }
  },
}

/** The model is asked without the tools of a server that takes a second to answer (0.169.0), unless it is required. */
function untilItIsThere(serverName: string): readonly string[] {
  return [`mcp_servers.${serverName}.required=true`, `mcp_servers.${serverName}.startup_timeout_sec=60`]
}

/** Of the servers before. */
function requireThatItIsThere(cause: NodeJS.ErrnoException): void {
  if (cause.code !== 'EEXIST') throw cause
}

/** Tokens in a file, and the model on this machine. */
const configuration = `mcp_oauth_credentials_store = "file"
model = "stand-in"
model_provider = "stand-in"

[model_providers.stand-in]
name = "stand-in"
base_url = "http://127.0.0.1:9/v1"
wire_api = "responses"
`

/** As `codex mcp add` writes it, but that `exec` waits for its tools: on a machine that does much else it would begin without. */
function serverTable(serverName: string, url: string): string {
  return `
[mcp_servers.${serverName}]
url = "${url}"
default_tools_approval_mode = "approve"
required = true
startup_timeout_sec = 60
`
}
