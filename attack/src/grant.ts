import { createHash, randomBytes } from 'node:crypto'
import { CouldNotTry } from './attack.ts'
import { answerIn, type Browser, type Landing } from './browser.ts'
import { type Client, credentialsOf } from './client.ts'
import type { Stage } from './stage.ts'
import type { Answer } from './wire.ts'

/** An authorization request as it is sent, with what its client keeps to itself. */
export interface Started {
  url: string
  verifier: string
  state: string
}

/** Parameters to be sent otherwise: `undefined` is left out, a list is sent as often. */
export type Changes = Readonly<Record<string, string | readonly string[] | undefined>>

export async function authorizationUrl(stage: Stage, client: Client, changes: Changes = {}): Promise<Started> {
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(12).toString('base64url')
  stage.secrets.add('code_verifier', verifier)
  const { resource, scope } = stage.target
  const parameters = parametersOf({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope,
    state,
    resource,
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    ...changes,
  })
  const url = new URL(stage.endpoint('authorization_endpoint'))
  url.search = `${url.search === '' ? '' : `${url.search.slice(1)}&`}${parameters}`
  return { url: url.href, verifier, state }
}

export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

export function parametersOf(changes: Changes): URLSearchParams {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(changes))
    for (const each of value === undefined ? [] : [value].flat()) parameters.append(name, each)
  return parameters
}

/** A code that the person has let the client have. */
export interface Code extends Started {
  code: string
  landing: Landing
}

/** Lets the client have a code, on the real pages. Throws `CouldNotTry` where there comes none. */
export async function codeFor(
  stage: Stage,
  client: Client,
  { browser, changes }: { browser?: Browser; changes?: Changes } = {},
): Promise<Code> {
  const started = await authorizationUrl(stage, client, changes)
  const landing = await (browser ?? (await stage.person())).walk(started.url)
  const code = answerIn(landing).get('code')
  if (code === null) throw new CouldNotTry('no means', `no code can be had in the ordinary way: ${told(landing)}`)
  stage.secrets.add('code', code)
  return { ...started, code, landing }
}

/** Where somebody landed, in words. */
export function told(landing: Landing): string {
  if (landing.kind === 'left') {
    const error = answerIn(landing).get('error')
    return `a redirect to ${landing.to.split(/[?#]/)[0]}${error === null ? '' : ` with ${error}`}`
  }
  return `${landing.answer.status} at ${new URL(landing.url).pathname}`
}

/** A request to the token endpoint by that client. */
export function tokenRequest(
  stage: Stage,
  client: Client,
  changes: Changes,
  { mindsLimits = false }: { mindsLimits?: boolean } = {},
): Promise<Answer> {
  const url = stage.endpoint('token_endpoint')
  const { headers, parameters } = credentialsOf(client, stage.target.issuer)
  return stage.send({
    method: 'POST',
    url,
    headers,
    body: parametersOf({ ...parameters, ...changes }),
    mindsLimits,
  })
}

/** What the exchange of a code sends, in the ordinary way. */
export function exchangeOf(client: Client, { code, verifier }: Code): Record<string, string> {
  return { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri, code_verifier: verifier }
}

export interface Tokens {
  accessToken: string
  refreshToken: string | undefined
  answer: Answer
}

/** Tokens for a client, got in the ordinary way. Throws `CouldNotTry` where that fails. */
export async function tokensFor(stage: Stage, client: Client, code?: Code): Promise<Tokens> {
  const given = code ?? (await codeFor(stage, client))
  const answer = await tokenRequest(stage, client, exchangeOf(client, given))
  const tokens = tokensIn(answer)
  if (tokens === undefined)
    throw new CouldNotTry('no means', `no token can be had in the ordinary way: ${answered(answer)}`)
  return tokens
}

export function tokensIn(answer: Answer): Tokens | undefined {
  const { access_token: accessToken, refresh_token: refreshToken } = answer.json
  if (answer.status !== 200 || typeof accessToken !== 'string') return undefined
  return { accessToken, refreshToken: typeof refreshToken === 'string' ? refreshToken : undefined, answer }
}

/** A refresh token for a client. Throws `CouldNotTry` where it is given none. */
export async function refreshTokenFor(stage: Stage, client: Client): Promise<string> {
  const { refreshToken } = await tokensFor(stage, client)
  if (refreshToken === undefined) throw new CouldNotTry('not offered', 'no refresh token is issued')
  return refreshToken
}

export function refresh(stage: Stage, client: Client, refreshToken: string, changes: Changes = {}): Promise<Answer> {
  return tokenRequest(stage, client, { grant_type: 'refresh_token', refresh_token: refreshToken, ...changes })
}

/** An answer in words. */
export function answered({ status, json }: Answer): string {
  return typeof json.error === 'string' ? `${status} ${json.error}` : `${status}`
}
