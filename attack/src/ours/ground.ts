import { randomBytes } from 'node:crypto'
import { CouldNotTry } from '../attack.ts'
import type { Browser, Landing } from '../browser.ts'
import { told } from '../grant.ts'
import { unescapeHtml } from '../html.ts'
import { evilHost, type Stage } from '../stage.ts'
import type { Answer } from '../wire.ts'
import { type OurPeople, password } from './people.ts'

/** What browsers say of a request that a page of another site made. */
export const foreign = { origin: `https://${evilHost}`, 'sec-fetch-site': 'cross-site' } as const

/** Asks the administration API. */
export function ask(
  stage: Stage,
  path: string,
  {
    token,
    json,
    headers = {},
    method = json === undefined ? 'GET' : 'POST',
  }: { token?: string; json?: unknown; headers?: Readonly<Record<string, string>>; method?: string } = {},
): Promise<Answer> {
  if (token !== undefined) stage.secrets.add('administration_token', token)
  return stage.send({
    method,
    url: stage.ours().api + path,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  })
}

/** The same of what must succeed for the attack to be one. Throws `CouldNotTry` where it does not. */
export async function done(
  stage: Stage,
  ...asked: [path: string, options: Parameters<typeof ask>[2]]
): Promise<Answer> {
  const answer = await ask(stage, ...asked)
  if (answer.status >= 400) throw new CouldNotTry('no means', `${asked[0]} answers ${answer.status}: ${answer.text}`)
  return answer
}

/** The rooms of the console. */
export const consolePages = [
  '/console',
  '/console/attempts',
  '/console/users',
  '/console/clients?unused=1',
  '/console/grants',
  '/console/keys',
  '/console/tokens',
  '/console/rules',
  '/console/settings',
  '/console/audit',
  '/console/doctor',
]

export interface NewPerson {
  browser: Browser
  userName: string
}

/** Somebody with an account of their own, made by an invitation, who is signed in; with the role. */
export async function newPerson(
  stage: Stage,
  { userName = someName(), role }: { userName?: string; role?: string } = {},
): Promise<NewPerson> {
  const { origin, tokens } = stage.ours()
  const { json } = await done(stage, '/invitations', { token: tokens.owner, json: {} })
  const browser = stage.stranger()
  const token = tokenIn(String(json.link))
  stage.secrets.add('invitation', token)
  const fields = { token, user_name: userName, password, again: password }
  const landing = await browser.post(`${origin}/account/invitation`, fields)
  if ((await whoIs(stage, browser)) !== userName)
    throw new CouldNotTry('no means', `an invitation makes no account: ${told(landing)}`)
  if (role !== undefined)
    await done(stage, `/users/${encodeURIComponent(userName)}/role`, {
      token: tokens.owner,
      method: 'PUT',
      json: { role },
    })
  return { browser, userName }
}

export function someName(): string {
  return `person-${randomBytes(6).toString('hex')}`
}

export function tokenIn(link: string): string {
  return new URL(link).searchParams.get('token') ?? ''
}

/** Signs in by name and password, in a browser without cookies. */
export async function signedIn(stage: Stage, userName: string, secret = password): Promise<Browser> {
  const browser = stage.stranger()
  await browser.post(`${stage.ours().origin}/account/sign-in`, { user_name: userName, password: secret })
  return browser
}

/** Whose account the browser is signed in to; `undefined`: nobody's. */
export async function whoIs(stage: Stage, browser: Browser): Promise<string | undefined> {
  const home = await browser.open(`${stage.ours().origin}/account`)
  const [, name] = /Hello, <bdi>([^<]*)<\/bdi>/.exec(home.answer.text) ?? []
  return name === undefined ? undefined : unescapeHtml(name)
}

/** Presses the button of an identity provider. Where the browser goes. Throws `CouldNotTry` where it does not go there. */
export async function goTo(
  stage: Stage,
  which: 'corp' | 'other',
  browser: Browser,
  fields: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { origin, [which]: identityProvider } = stage.ours()
  const landing = await browser.post(`${origin}/account/sign-in-with`, { with: which, ...fields })
  if (landing.kind !== 'left' || !landing.to.startsWith(identityProvider.issuer))
    throw new CouldNotTry('no means', `the button of ${which} leads to ${told(landing)}`)
  return landing.to
}

/** Somebody at an identity provider whom this server does not know yet. */
export function stranger(claims: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const sub = randomBytes(8).toString('hex')
  return { sub, preferred_username: `guest-${sub}`, name: 'A Guest', ...claims }
}

/** Signs in with an identity provider, the whole way. */
export async function enter(
  stage: Stage,
  which: 'corp' | 'other',
  browser: Browser,
  person: Readonly<Record<string, unknown>>,
  lies?: Parameters<OurPeople['corp']['answer']>[2],
): Promise<Landing> {
  return browser.open(stage.ours()[which].answer(await goTo(stage, which, browser), person, lies))
}

/** Throws `CouldNotTry` unless an honest sign-in works: otherwise no refusal proves anything. */
export async function requireHonestSignIn(stage: Stage, which: 'corp' | 'other' = 'corp'): Promise<void> {
  const browser = stage.stranger()
  const landing = await enter(stage, which, browser, stranger())
  if ((await whoIs(stage, browser)) === undefined)
    throw new CouldNotTry('no means', `an honest sign-in with ${which} comes to nothing: ${told(landing)}`)
}
