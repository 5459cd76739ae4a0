import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { createOpenings, installOpeners } from '../../interop/src/openers.ts'
import { emptyHome, endProgram, type ProgramResult, runProgram, startProgram } from '../../interop/src/program.ts'
import { fileOf, installed } from './installed.ts'
import { opens, type RealClient } from './real-client.ts'
import { withFolder } from './with-folder.ts'

/** Programs, each run in an empty home. Their browser is a file that notes the URL. */
export const programs: readonly RealClient[] = [
  {
    id: 'mcp-remote',
    client: installed('mcp-remote'),
    run: (target) =>
      inEmptyHome(async (home) => {
        const env = { ...home.env, MCP_REMOTE_CONFIG_DIR: join(home.folder, '.mcp-auth') }
        const isConnected = (text: string) => text.includes('Proxy established successfully')
        const waitsInVain = (text: string) => text.includes('Waiting for authorization...')
        const command = [process.execPath, fileOf('mcp-remote', 'dist/proxy.js'), target]
        const { opened, output } = await home.untilBrowser(command, env, {
          isDone: (text) => isConnected(text) || (waitsInVain(text) && !text.includes('Please authorize')),
        })
        if (opened !== undefined) return { outcome: opens(opened), said: [] }
        if (isConnected(output)) return { outcome: { kind: 'connects' }, said: [] }
        const [, fatal] = output.match(/Fatal error: (?:\w*Error(?: \[[^\]]*\])?: )?(.*?)(?:\n\s+at |$)/s) ?? []
        return {
          outcome: { kind: 'stops' },
          said: [fatal ?? (output.match(/Authentication required\. W.*/)?.[0] || output)],
        }
      }),
  },
  {
    /** `codex mcp add`, which signs in when it finds how, and `codex mcp login`, where it then says so. */
    id: 'codex',
    client: installed('@openai/codex'),
    run: (target) =>
      inEmptyHome(async (home) => {
        const env = { ...home.env, CODEX_HOME: join(home.folder, '.codex') }
        await mkdir(env.CODEX_HOME)
        await writeFile(join(env.CODEX_HOME, 'config.toml'), 'mcp_oauth_credentials_store = "file"\n')
        const codex = [process.execPath, fileOf('@openai/codex', 'bin/codex.js'), 'mcp']
        const added = await home.untilBrowser([...codex, 'add', 'truth', '--url', target], env)
        if (added.opened !== undefined) return { outcome: opens(added.opened), said: [] }
        const isLeftToUs = added.output.includes('codex mcp login')
        const { output } = isLeftToUs ? await home.untilBrowser([...codex, 'login', 'truth'], env) : added
        const [, error] = output.match(/Error: (.*)/s) ?? []
        return { outcome: { kind: 'stops' }, said: error === undefined ? [] : [error.trim()] }
      }),
  },
  {
    /** `claude mcp list`, which dials, and `claude mcp login`, which signs in. */
    id: 'claude-code',
    client: installed('@anthropic-ai/claude-code'),
    run: (target) =>
      inEmptyHome(async (home) => {
        const env = {
          ...home.env,
          CLAUDE_CONFIG_DIR: join(home.folder, '.claude'),
          ANTHROPIC_API_KEY: 'of-no-worth',
          ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
          DISABLE_AUTOUPDATER: '1',
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        }
        const claude = [process.execPath, fileOf('@anthropic-ai/claude-code', 'cli-wrapper.cjs'), 'mcp']
        await home.run([...claude, 'add', '--transport', 'http', '-s', 'user', 'truth', target], env)
        const { output: listed } = await home.run([...claude, 'list'], env)
        if (listed.includes('Connected')) return { outcome: { kind: 'connects' }, said: [] }
        const [failed] = listed.match(/Failed to connect.*/) ?? []
        // It can be made to sign in even where the server did not ask it to; nobody would know to.
        if (failed !== undefined && isAboutTheChallenge.test(failed))
          return { outcome: { kind: 'stops' }, said: [failed] }
        const { opened, output } = await home.untilBrowser([...claude, 'login', 'truth'], env, { terminal: true })
        if (opened !== undefined && failed === undefined) return { outcome: opens(opened), said: [] }
        const [refused] =
          stripVTControlCharacters(output)
            .replaceAll('\r', '')
            .match(/SDK auth failed: .*/s) ?? []
        return { outcome: { kind: 'stops' }, said: [failed, refused?.trim()].filter((each) => each !== undefined) }
      }),
  },
]

const isAboutTheChallenge = /— (HTTP \d+: Error POSTing|CLIENT_HTTP_|-\d+: |MCP endpoint not found)/

interface Home {
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  run(command: readonly string[], env: Readonly<Record<string, string>>): Promise<ProgramResult>
  /** Ends it when it opens the browser, is done, or ends itself. */
  untilBrowser(
    command: readonly string[],
    env: Readonly<Record<string, string>>,
    options?: { terminal?: boolean; isDone?(output: string): boolean },
  ): Promise<{ readonly opened: URL | undefined; readonly output: string }>
}

function inEmptyHome(use: (home: Home) => ReturnType<RealClient['run']>): ReturnType<RealClient['run']> {
  return withFolder(async (folder) => {
    const openings = createOpenings()
    const openers = join(folder, 'openers')
    const home = join(folder, 'home')
    const env = await emptyHome(home, openers)
    const stopListening = await installOpeners(openers, openings)
    try {
      return await use({
        folder: home,
        env,
        run: (command, all) => runProgram(command, { env: all, folder: home, limit: 60 }),
        async untilBrowser(command, all, { terminal = false, isDone = () => false } = {}) {
          const child = startProgram(command, { env: all, folder: home, terminal })
          const over = new AbortController()
          const timer = setTimeout(() => over.abort(), 60_000)
          let output = ''
          for (const stream of [child.stdout, child.stderr])
            stream?.setEncoding('utf8').on('data', (text: string) => {
              output += text
              if (isDone(output)) over.abort()
            })
          child.once('close', () => over.abort())
          const waited = await openings.next(over.signal).catch(() => undefined)
          clearTimeout(timer)
          await endProgram(child)
          // The program may have ended before its opening was told of.
          const opened = waited ?? (await readFile(join(openers, 'opened.urls'), 'utf8')).split('\n')[0]
          return { opened: opened ? new URL(opened) : undefined, output }
        },
      })
    } finally {
      stopListening()
    }
  })
}
