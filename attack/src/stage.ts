import { randomBytes } from 'node:crypto'
import { CouldNotTry } from './attack.ts'
import { type Browser, createBrowser, type Manner } from './browser.ts'
import type { Client } from './client.ts'
import { authorizationUrl } from './grant.ts'
import { createSigningKey } from './jwt.ts'
import type { OurPeople } from './ours/people.ts'
import type { Secrets } from './secrets.ts'
import { endpointOf, listOf, originsOf, type Target } from './target.ts'
import type { Answer, Wire, WireRequest } from './wire.ts'

/** What an attack is played on: the server, clients of it, and people with browsers. */
export interface Stage {
  readonly target: Target
  readonly secrets: Secrets
  send(request: WireRequest): Promise<Answer>
  /** The URL of an endpoint. Throws `CouldNotTry` where it is not offered. */
  endpoint(name: string): string
  /** Asks for a registration of a public client with these differences, whatever comes of it. Throws `CouldNotTry` without a registration endpoint. */
  register(metadata?: Readonly<Record<string, unknown>>): Promise<Answer>
  /** A client of this run that authenticates in that way. Default: a public one, or what there is. */
  client(method?: Client['method'], metadata?: Readonly<Record<string, unknown>>): Promise<Client>
  /** Another client than `client` gives. */
  otherClient(): Promise<Client>
  /** Somebody whom nobody knows. */
  stranger(): Browser
  /** Somebody who is signed in. */
  person(): Promise<Browser>
  /** Somebody else who is signed in. Throws `CouldNotTry` where there is nobody else. */
  otherPerson(): Promise<Browser>
  /** Whether the server may be sent many requests of one kind. */
  mayFlood: boolean
  /** Seconds within which what has ended must be seen to have ended. */
  patience: number
  /** Whether the sign-in on the pages asks for no proof, and is for development alone. */
  signsInForDevelopment: boolean
  /** The accounts, identity providers and administration of ours. Throws `CouldNotTry` where it is another server. */
  ours(): OurPeople
}

/** How somebody comes to be signed in. */
export interface SignIn {
  manner: Manner
  /** The `Cookie` header of somebody who is signed in, or what gives it. Default: they sign in on the pages. */
  cookie?: string | ((request: { url: string }) => Promise<string>)
}

/** What a run was given. */
export interface Means {
  person: SignIn | undefined
  otherPerson: SignIn | undefined
  /** The clients that somebody registered beforehand. */
  clients: readonly Client[]
  /** Further origins at which the server has pages. */
  origins: readonly string[]
  mayFlood: boolean
  patience: number
  signsInForDevelopment: boolean
  /** Default: it is another server, or one of ours without people. */
  ours?: OurPeople
}

/** What lasts longer than one attack. */
export interface Run {
  target: Target
  secrets: Secrets
  means: Means
  /** The cookies of the person who is signed in, once there is one. */
  signedIn: Browser | undefined
}

export const clientHost = 'client.attack.example'
export const evilHost = 'evil.attack.example'
export const redirectUri = `https://${clientHost}/callback`

export function createStage(run: Run, wire: Wire): Stage {
  const { target, secrets, means } = run
  const origins = originsOf(target, means.origins)

  function newBrowser(signIn: SignIn | undefined = means.person, from?: Browser): Browser {
    const manner = signIn?.manner ?? { press: [], answers: {} }
    const browser = createBrowser(wire.send, { origins, manner }, from?.copy().cookies, [...(from?.cookieLines ?? [])])
    return browser
  }

  function endpoint(name: string): string {
    const url = endpointOf(target, name)
    if (url === undefined) throw new CouldNotTry('not offered', `the metadata names no ${name}`)
    return url
  }

  function register(metadata: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    const body = JSON.stringify({
      client_name: `Attack suite ${randomBytes(4).toString('hex')}`, // one body, one client, at some servers
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      ...(target.scope !== undefined && { scope: target.scope }),
      ...metadata,
    })
    const headers = { 'content-type': 'application/json' }
    return wire.send({ method: 'POST', url: endpoint('registration_endpoint'), headers, body })
  }

  async function registered(
    method: Client['method'],
    metadata: Readonly<Record<string, unknown>> = {},
  ): Promise<Client> {
    const key = method === 'private_key_jwt' ? createSigningKey() : undefined
    const answer = await register({
      token_endpoint_auth_method: method,
      ...(key !== undefined && { jwks: { keys: [key.publicJwk] } }),
      ...metadata,
    })
    const { client_id: clientId, client_secret: secret, redirect_uris: uris } = answer.json
    const given = answer.json.token_endpoint_auth_method ?? method
    if (answer.status > 201 || typeof clientId !== 'string')
      throw new CouldNotTry('not offered', `a client with ${method} cannot be registered: ${answer.status}`)
    if (given !== method) throw new CouldNotTry('not offered', `a client that asks for ${method} is given ${given}`)
    if (typeof secret === 'string') secrets.add('client_secret', secret)
    return {
      clientId,
      redirectUri: Array.isArray(uris) && typeof uris[0] === 'string' ? uris[0] : redirectUri,
      method,
      ...(typeof secret === 'string' && method !== 'none' && { secret }),
      ...(key !== undefined && { key }),
      registered: answer.json,
    }
  }

  async function client(method?: Client['method'], metadata?: Readonly<Record<string, unknown>>): Promise<Client> {
    const given = means.clients.find((each) => method === undefined || each.method === method)
    if (given !== undefined && metadata === undefined) return given
    if (endpointOf(target, 'registration_endpoint') === undefined)
      throw new CouldNotTry(
        'no means',
        `clients cannot register here, and none${method === undefined ? '' : ` with ${method}`} was given`,
      )
    const offered = listOf(target, 'token_endpoint_auth_methods_supported') ?? ['client_secret_basic']
    return registered(method ?? (offered.includes('none') ? 'none' : 'client_secret_basic'), metadata)
  }

  async function signedIn(signIn: SignIn | undefined): Promise<Browser> {
    if (signIn === undefined)
      throw new CouldNotTry('no means', 'nobody can sign in: see --sign-in, --cookie and --press')
    const browser = newBrowser(signIn)
    if (signIn.cookie !== undefined) {
      const url = endpoint('authorization_endpoint')
      const cookie = typeof signIn.cookie === 'string' ? signIn.cookie : await signIn.cookie({ url })
      const jar = new Map(cookie.split('; ').map((pair) => splitAt(pair, pair.indexOf('='))))
      browser.cookies.set(new URL(url).host, jar)
      for (const value of jar.values()) secrets.add('cookie', value)
      return browser
    }
    const landing = await browser.walk((await authorizationUrl(stage, await client())).url)
    if (landing.kind === 'page')
      throw new CouldNotTry('no means', `the sign-in ends at ${new URL(landing.url).pathname}, which shows no way on`)
    return browser
  }

  const stage: Stage = {
    target,
    secrets,
    send: wire.send,
    endpoint,
    register,
    client,
    async otherClient() {
      const first = means.clients[0]
      const other = means.clients.find((each) => each.clientId !== first?.clientId)
      if (first !== undefined && other !== undefined) return other
      return registered('none')
    },
    stranger: () => newBrowser(),
    async person() {
      run.signedIn ??= await signedIn(means.person)
      return newBrowser(means.person, run.signedIn)
    },
    async otherPerson() {
      if (means.otherPerson === undefined)
        throw new CouldNotTry('no means', 'nobody else can sign in: see --other-press and --other-cookie')
      return signedIn(means.otherPerson)
    },
    mayFlood: means.mayFlood,
    patience: means.patience,
    signsInForDevelopment: means.signsInForDevelopment,
    ours() {
      if (means.ours === undefined)
        throw new CouldNotTry('not offered', 'it is about accounts and administration of ours')
      return means.ours
    },
  }
  return stage
}

function splitAt(text: string, at: number): [string, string] {
  return [text.slice(0, at), text.slice(at + 1)]
}
