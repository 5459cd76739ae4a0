import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createOpenings, installOpeners } from '../openers.ts'
import { homeIn, startProgram, stopProgram } from '../program.ts'
import { answerAll, type ClientKind, onlyServer } from './client.ts'
import { packageFile, packageVersion } from './package-version.ts'

/** mcp-remote, the bridge for clients that can only start a program: JSON-RPC lines on its standard input and output. */
export const mcpRemote: ClientKind = {
  name: 'mcp-remote',
  version: () => packageVersion('mcp-remote'),
  stepUp: 'signs in anew',
  era: 'sessions',

  async create({ url, folder, person, serverName = onlyServer }) {
    const openings = createOpenings()
    const openers = join(folder, `openers-of-${serverName}`)
    const home = join(folder, 'home')
    const env = { ...(await homeIn(home, openers)), MCP_REMOTE_CONFIG_DIR: join(home, '.mcp-auth') }
    const stopListening = await installOpeners(openers, openings)
    const child = startProgram([process.execPath, packageFile('mcp-remote', 'dist/proxy.js'), url], {
      env,
      folder: home,
    })
    let log = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })

    const answers = new Map<number, (answer: Answer) => void>()
    const { stdout, stdin } = child
    if (!stdout || !stdin) throw new Error('mcp-remote has no pipes')
    createInterface(stdout).on('line', (line) => {
      const answer = JSON.parse(line) as Answer
      if (answer.id !== undefined) answers.get(answer.id)?.(answer)
    })
    const send = (message: object) => stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
    let lastId = 0
    const request = (method: string, params: object) =>
      new Promise<Answer>((resolve, reject) => {
        const id = ++lastId
        const timer = setTimeout(() => reject(new Error(`mcp-remote did not answer ${method}: ${log}`)), 60_000)
        answers.set(id, (answer) => {
          clearTimeout(timer)
          resolve(answer)
        })
        send({ id, method, params })
      })

    let initialized: Promise<Answer> | undefined
    let opened: string | undefined
    return {
      async connect() {
        initialized = request('initialize', {
          protocolVersion: '2025-11-25',
          capabilities: {},
          clientInfo: { name: 'interop', version: '1' },
        })
        opened = await openings.next(AbortSignal.timeout(30_000))
        return 'opened a browser'
      },

      async signIn() {
        if (opened === undefined || initialized === undefined) throw new Error('mcp-remote was not started')
        const visit = await person.visit(opened)
        const { error } = await initialized
        if (error) throw new Error(`mcp-remote did not get in: ${error.message} ${log}`)
        send({ method: 'notifications/initialized' })
        return visit
      },

      async callTool(name, args) {
        const done = new AbortController()
        const [{ result, error }, visits] = await Promise.all([
          request('tools/call', { name, arguments: args }).finally(() => done.abort()),
          answerAll(openings, person, done.signal),
        ])
        if (error) return { text: error.message, isError: true, visits }
        const text = result?.content?.map((each) => each.text ?? '').join('') ?? ''
        return { text, isError: result?.isError ?? false, visits }
      },

      async close() {
        stopProgram(child)
        stopListening()
      },
    }
  },
}

/** A line of JSON-RPC: of what may stand there, only these fields matter. */
interface Answer {
  id?: number
  result?: { content?: { text?: string }[]; isError?: boolean }
  error?: { message: string }
}
