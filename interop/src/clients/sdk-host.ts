import type { Visit } from '../browser.ts'
import { listenForCallbacks } from '../callback-listener.ts'
import { createOpenings, type Openings } from '../openers.ts'
import type { ClientContext, InteropClient } from './client.ts'

/** One connection of one version of the SDK. */
export interface SdkConnection {
  connect(): Promise<void>
  finishAuth(callback: URLSearchParams): Promise<void>
  callTool(name: string, args: Readonly<Record<string, unknown>>): Promise<SdkToolResult>
  close(): Promise<void>
}

export interface SdkToolResult {
  content: readonly { type: string; text?: string }[]
  isError: boolean
}

/** What the program around the SDK remembers; both versions of the SDK ask the same of it. */
export function createProvider<Information, Tokens, Discovery>(
  redirectUri: string,
  openings: Openings,
  clientMetadataUrl?: string,
) {
  let information: Information | undefined
  let tokens: Tokens | undefined
  let verifier = ''
  let discovery: Discovery | undefined
  return {
    ...(clientMetadataUrl !== undefined && { clientMetadataUrl }),
    redirectUrl: redirectUri,
    clientMetadata: {
      client_name: 'Interop host',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    state: () => crypto.randomUUID(),
    clientInformation: () => information,
    saveClientInformation(registered: Information) {
      information = registered
    },
    tokens: () => tokens,
    saveTokens(issued: Tokens) {
      tokens = issued
    },
    saveCodeVerifier(codeVerifier: string) {
      verifier = codeVerifier
    },
    codeVerifier: () => verifier,
    discoveryState: () => discovery,
    saveDiscoveryState(state: Discovery) {
      discovery = state
    },
    redirectToAuthorization(url: URL) {
      openings.add(url.href)
    },
  }
}

export interface HostContext extends Pick<ClientContext, 'url' | 'person'> {
  /** Needed where the client is one that a document describes. */
  knownClients?: Pick<ClientContext['knownClients'], 'documentUrl'>
}

export interface SdkHostOptions<Provider> {
  context: HostContext
  createProvider(redirectUri: string, openings: Openings, clientMetadataUrl?: string): Provider
  /** The client is the one that the document describes, and does not register. Default: false. */
  isDescribed?: boolean
  /** A connection with a transport of its own, that asks `provider` for its credentials. */
  open(url: URL, provider: Provider): SdkConnection
}

/**
 * A program on the official SDK, doing what the SDK's documentation asks of it: when a call ends in a wish to open a browser, it lets the
 * person sign in, hands the callback to the transport, and tries again once.
 */
export async function createSdkHost<Provider>(options: SdkHostOptions<Provider>): Promise<InteropClient> {
  const { person, url, knownClients } = options.context
  const documentUrl = options.isDescribed === true ? knownClients?.documentUrl : undefined
  const openings = createOpenings()
  const callbacks = await listenForCallbacks()
  const provider = options.createProvider(callbacks.redirectUri, openings, documentUrl)
  let connection = options.open(new URL(url), provider)

  const answer = async (decision: 'allow' | 'deny'): Promise<{ visit: Visit; callback: URLSearchParams }> => {
    const authorizationUrl = await openings.next(AbortSignal.timeout(10_000))
    const visit = await person.visit(authorizationUrl, { decision })
    const callback = await callbacks.next(30)
    if (callback.get('state') !== new URL(authorizationUrl).searchParams.get('state'))
      throw new Error('The authorization response carries another state')
    return { visit, callback }
  }

  return {
    ...(documentUrl !== undefined && { clientId: documentUrl }),
    async connect() {
      const failure = await connection.connect().then(() => undefined, reasonOf)
      if (failure === undefined) throw new Error('It got in without credentials')
      return failure
    },

    async deny() {
      const { visit } = await answer('deny')
      connection = options.open(new URL(url), provider)
      await connection.connect().catch(reasonOf)
      return visit
    },

    async signIn() {
      const { visit, callback } = await answer('allow')
      await connection.finishAuth(callback)
      connection = options.open(new URL(url), provider)
      await connection.connect()
      return visit
    },

    async callTool(name, args) {
      const visits: Visit[] = []
      const call = async () => outcomeOf(await connection.callTool(name, args))
      const first = await call().catch(refusalOf)
      if (openings.waiting().length === 0) return { ...first, visits }
      const { visit, callback } = await answer('allow')
      visits.push(visit)
      await connection.finishAuth(callback)
      return { ...(await call().catch(refusalOf)), visits }
    },

    async close() {
      await connection.close()
      await callbacks.close()
    },
  }
}

export function outcomeOf({ content, isError }: SdkToolResult): { text: string; isError: boolean } {
  return { text: content.map((each) => each.text ?? '').join(''), isError }
}

export function refusalOf(reason: unknown): { text: string; isError: boolean } {
  return { text: reasonOf(reason), isError: true }
}

function reasonOf(reason: unknown): string {
  return reason instanceof Error ? `${reason.constructor.name}: ${reason.message}` : String(reason)
}
