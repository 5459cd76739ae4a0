import {
  isInitializeRequest,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { listenForCallback } from './callback.ts'
import { openCredentials } from './credentials.ts'
import { createSignIn } from './sign-in.ts'

export interface BridgeOptions {
  url: URL
  /** Where the credentials are kept. */
  folder: string
  log: (line: string) => void
  openBrowser: (url: string) => void
}

/** Hands messages on between standard input and output and an MCP server, until the input ends. Signs in when the server asks for it. */
export async function runBridge({ url, folder, log, openBrowser }: BridgeOptions): Promise<void> {
  const callback = await listenForCallback()
  const signIn = createSignIn({
    credentials: openCredentials(folder, url),
    callback,
    show(page) {
      log(`sign in at ${page}`)
      openBrowser(page)
    },
  })
  const local = new StdioServerTransport()
  const remote = new StreamableHTTPClientTransport(url, { authProvider: signIn.provider })
  let handshake: string | number | undefined
  let signingIn: Promise<void> | undefined

  async function forward(message: JSONRPCMessage): Promise<void> {
    if (isInitializeRequest(message) && isJSONRPCRequest(message)) handshake = message.id
    try {
      await remote.send(message)
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error
      signingIn ??= answerPage().finally(() => {
        signingIn = undefined
      })
      await signingIn
      await remote.send(message)
    }
  }

  async function answerPage(): Promise<void> {
    try {
      const answer = await signIn.answer()
      if (answer === undefined) throw new Error('The server asks for a sign-in, and names no page for it')
      const error = answer.get('error')
      if (error !== null)
        throw new Error(error === 'access_denied' ? 'You did not allow it' : `Sign-in failed: ${error}`)
      await remote.finishAuth(answer)
    } finally {
      signIn.done()
    }
  }

  local.onmessage = (message) => {
    forward(message).catch((error: unknown) => {
      const reason = reasonOf(error, url)
      log(reason)
      // Whoever asked must not wait for ever.
      if (isJSONRPCRequest(message))
        void local.send({ jsonrpc: '2.0', id: message.id, error: { code: -32000, message: reason } })
    })
  }
  remote.onmessage = (message) => {
    if (isJSONRPCResultResponse(message) && message.id === handshake) {
      const { protocolVersion } = message.result
      if (typeof protocolVersion === 'string') remote.setProtocolVersion(protocolVersion)
      handshake = undefined
    }
    void local.send(message)
  }
  const ended = new Promise<void>((resolve) => {
    local.onclose = resolve
    process.stdin.once('end', resolve)
  })
  await remote.start()
  await local.start()
  await ended
  await remote.close()
  callback.close()
}

/** What somebody can do something about: "fetch failed" is nothing to anybody. */
function reasonOf(error: unknown, { origin }: URL): string {
  if (!(error instanceof Error)) return 'It failed'
  const code = error.cause instanceof Error && 'code' in error.cause ? ` (${String(error.cause.code)})` : ''
  return error.message === 'fetch failed' ? `${origin} does not answer${code}: is the portal running?` : error.message
}
