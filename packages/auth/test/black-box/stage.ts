import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { AuthorizationServerOptions } from '@portcullis/auth/authorization-server'
import { createGuardedFetch } from '@portcullis/auth/node'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import * as oauth from 'oauth4webapi'
import { type ListeningWorld, listeningWorld } from '../listening-world.ts'
import { formOf } from '../world.ts'

/**
 * The authorization server on `node:http`, met by oauth4webapi and by a browser that follows redirects and posts forms. Nothing of ours is in the
 * client: what it knows it has from the metadata.
 */

/** Everything is on loopback, over http. */
export const insecure = { [oauth.allowInsecureRequests]: true }

export const redirectUri = 'http://127.0.0.1/callback'

export const keyPair = await generateKeyPair('RS256')
export const publicJwk: JWK = { ...(await exportJWK(keyPair.publicKey)), kid: 'b1', alg: 'RS256', use: 'sig' }
export const withKey = (): oauth.ClientAuth => oauth.PrivateKeyJwt({ key: keyPair.privateKey, kid: 'b1' })

export interface Stage extends ListeningWorld {
  discovered: oauth.AuthorizationServer
  browser: Browser
}

/** Somebody who is signed in, and what their browser is at. */
export interface Browser {
  /** Seconds since the epoch; each sign-in makes it now. */
  authTime: number
  signIns: number
  /** Opens a URL, allows what it asks, and resolves to where the browser is sent away to. */
  allow(url: URL): Promise<URL>
  /** Opens a URL and goes along the redirects at this server: to its page, or to where it sends the browser away. */
  open(url: URL): Promise<{ page: Response } | { away: URL }>
  /** Posts the form of a page, with more fields. */
  post(page: Response, fields: Record<string, string>): Promise<Response>
}

interface Setting<Clients> {
  clients?: Clients
  options?: Parameters<typeof listeningWorld<Clients & Record<string, Record<string, unknown>>>>[1]['options']
  /** Hosts on loopback from which client documents may come. */
  documentHosts?: readonly string[]
  opaque?: boolean
  algorithm?: 'oidc' | 'oauth2'
}

export async function stage<Clients extends Record<string, Record<string, unknown>>>(
  t: TestContext,
  {
    clients = {} as Clients,
    options = () => ({}),
    documentHosts = [],
    opaque = false,
    algorithm = 'oauth2',
  }: Setting<Clients>,
) {
  const session = { authTime: epochSeconds() - 100, signIns: 0 }
  const interaction: AuthorizationServerOptions['interaction'] = {
    signedIn: async () => ({ subject: 'alice', authTime: session.authTime, sessionId: 's-alice' }),
    async signIn(_, { returnTo }) {
      session.authTime = epochSeconds()
      session.signIns += 1
      return new Response(undefined, { status: 303, headers: { location: returnTo } })
    },
    userClaims: { email: async () => ({ email: 'alice@example.org', email_verified: true }) },
  }
  const world = await listeningWorld<Clients>(t, {
    clients,
    opaque,
    options: (at, ids) => ({
      interaction,
      consentLifetime: 0,
      ...(documentHosts.length > 0 && {
        clientDocuments: { fetch: createGuardedFetch({ dangerouslyAllowLoopback: documentHosts }) },
      }),
      ...options(at, ids),
    }),
  })
  const issuer = new URL(world.origin)
  const discovered = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm, ...insecure }),
  )
  return { ...world, discovered, browser: Object.assign(session, browserAt(world.origin)) }
}

function browserAt(origin: string): Pick<Browser, 'allow' | 'open' | 'post'> {
  async function open(url: URL): Promise<{ page: Response } | { away: URL }> {
    for (let at = url; ; ) {
      if (at.origin !== origin) return { away: at }
      const response = await fetch(at, { redirect: 'manual' })
      const location = response.headers.get('location')
      if (location === null) return { page: response }
      await response.arrayBuffer()
      at = new URL(location, at)
    }
  }

  async function post(page: Response, fields: Record<string, string>): Promise<Response> {
    const action = /<form[^>]* action="([^"]*)"/.exec(await page.clone().text())?.[1] ?? ''
    const form = await formOf(page)
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    return fetch(new URL(action, page.url), { method: 'POST', redirect: 'manual', headers: { origin }, body: form })
  }

  return {
    open,
    post,
    async allow(url) {
      const opened = await open(url)
      assert.ok('page' in opened, 'nobody was asked')
      const answer = await post(opened.page, { decision: 'allow' })
      assert.equal(answer.status, 303, await answer.text())
      return new URL(answer.headers.get('location') ?? '')
    },
  }
}

/** A web host for the documents and keys of clients, and what it was asked for. Its documents know where it is. */
export async function documentHost(t: TestContext, documents: (origin: string) => Record<string, object>) {
  const asked: string[] = []
  const server = createServer((req, res) => {
    asked.push(req.url ?? '')
    const document = documents(origin)[req.url ?? '']
    res.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' })
    res.end(JSON.stringify(document ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server has no other kind of address
  const origin = `http://${host}`
  return { host, origin, asked }
}

/** What a client asks by the browser, with the verifier that it keeps. */
export async function askedBy(
  client: oauth.Client,
  parameters: Record<string, string>,
): Promise<{ parameters: URLSearchParams; verifier: string; state: string }> {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const all = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...parameters,
  })
  return { parameters: all, verifier, state }
}

export function authorizationUrl(as: oauth.AuthorizationServer, parameters: URLSearchParams): URL {
  const url = new URL(as.authorization_endpoint ?? '')
  url.search = parameters.toString()
  return url
}

/** The whole way by the browser, with the request pushed first where that is wanted. */
export async function signIn(
  { discovered: as, browser }: Pick<Stage, 'discovered' | 'browser'>,
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  {
    parameters: more,
    expect = {},
    isPushed = false,
  }: {
    parameters: Record<string, string>
    expect?: oauth.ProcessAuthorizationCodeResponseOptions
    isPushed?: boolean
  },
): Promise<{ tokens: oauth.TokenEndpointResponse; response: Response }> {
  const { parameters, verifier, state } = await askedBy(client, more)
  const sent = isPushed ? await pushed(as, client, authentication, parameters) : parameters
  const back = await browser.allow(authorizationUrl(as, sent))
  const answer = oauth.validateAuthResponse(as, client, back, state)
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    authentication,
    answer,
    parameters.get('redirect_uri') ?? '',
    verifier,
    insecure,
  )
  return { tokens: await oauth.processAuthorizationCodeResponse(as, client, response, expect), response }
}

async function pushed(
  as: oauth.AuthorizationServer,
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  parameters: URLSearchParams,
): Promise<URLSearchParams> {
  const response = await oauth.pushedAuthorizationRequest(as, client, authentication, parameters, insecure)
  const { request_uri: requestUri } = await oauth.processPushedAuthorizationResponse(as, client, response)
  return new URLSearchParams({ client_id: client.client_id, request_uri: requestUri })
}

export async function refreshed(
  as: oauth.AuthorizationServer,
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  refreshToken: string | undefined,
): Promise<oauth.TokenEndpointResponse> {
  const response = await oauth.refreshTokenGrantRequest(as, client, authentication, refreshToken ?? '', insecure)
  return oauth.processRefreshTokenResponse(as, client, response)
}

export async function introspected(
  as: oauth.AuthorizationServer,
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  token: string,
): Promise<oauth.IntrospectionResponse> {
  const response = await oauth.introspectionRequest(as, client, authentication, token, insecure)
  return oauth.processIntrospectionResponse(as, client, response)
}

export async function revoked(
  as: oauth.AuthorizationServer,
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  token: string,
): Promise<void> {
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication, token, insecure))
}

/** The status of the MCP server's answer to a token; its own to GET, where it lets somebody in, is 405. */
export async function statusWith(resource: string, accessToken: string): Promise<number> {
  return (await fetch(resource, { headers: { authorization: `Bearer ${accessToken}` } })).status
}

export function epochSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
