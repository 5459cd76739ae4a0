import {
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'

export const callback = 'http://localhost:4567/callback'

type Kept<Name extends keyof OAuthClientProvider> = Awaited<
  ReturnType<Extract<OAuthClientProvider[Name], (...given: never[]) => unknown>>
>

/** A client of the official SDK 2.x that keeps what it was given, as one on somebody's machine does. `asked`: the pages that it opened. */
export class KeepingClient implements OAuthClientProvider {
  readonly asked: URL[] = []
  readonly redirectUrl = callback
  readonly clientMetadata = {
    client_name: 'Notebook',
    redirect_uris: [callback],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
  }
  #client: Kept<'clientInformation'>
  #tokens: Kept<'tokens'>
  #discovered: Kept<'discoveryState'>
  #verifier = ''

  clientInformation = () => this.#client
  tokens = () => this.#tokens
  codeVerifier = () => this.#verifier
  discoveryState = () => this.#discovered

  saveClientInformation(client: Kept<'clientInformation'>): void {
    this.#client = client
  }

  saveTokens(tokens: Kept<'tokens'>): void {
    this.#tokens = tokens
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier
  }

  saveDiscoveryState(state: Kept<'discoveryState'>): void {
    this.#discovered = state
  }

  redirectToAuthorization(page: URL): void {
    this.asked.push(page)
  }

  invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    if (scope === 'all' || scope === 'client') this.#client = undefined
    if (scope === 'all' || scope === 'tokens') this.#tokens = undefined
    if (scope === 'all' || scope === 'discovery') this.#discovered = undefined
  }
}

/** What the tool says, to a client that signs in where it is asked to; `signIn` is the person, who comes back with where the browser was sent. */
export async function callWhoami(
  url: string,
  kept: KeepingClient,
  signIn: (page: URL) => Promise<URL>,
): Promise<string> {
  const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: kept })
  const client = new Client({ name: 'notebook', version: '1.0.0' })
  try {
    await client.connect(transport)
  } catch (error) {
    const page = kept.asked.at(-1)
    if (!(error instanceof UnauthorizedError) || page === undefined) throw error
    const landed = await signIn(page)
    await transport.finishAuth(landed.searchParams)
    return callWhoami(url, kept, () => Promise.reject(new Error('it asked a second time')))
  }
  const { content } = await client.callTool({ name: 'whoami', arguments: {} })
  await client.close()
  return JSON.stringify(content)
}
