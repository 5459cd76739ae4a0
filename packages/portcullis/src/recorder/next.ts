import type { ClientProfile } from '@portcullis/clients'
import type { Attempt } from './attempt.ts'
import type { Recognised } from './recognise.ts'
import type { Story } from './story.ts'

/** What comes next, by whom, and how long that takes at the most. */
export interface Next {
  who: 'client' | 'person'
  /** Goes on from "Next, …". */
  what: string
  /** Seconds. */
  within: number
}

/** What this client does next, as far as is known of it; `undefined` where nothing more is waited for. */
export function nextOf(
  attempt: Attempt,
  { stage, failure }: Story,
  { profile }: Recognised,
  name: string,
): Next | undefined {
  const isDevice = attempt.entries.some(({ steps }) => steps.some(({ code }) => code === 'device_started'))
  if (failure !== undefined) return afterFailure(failure.step.code, name)
  switch (stage) {
    case 'nowhere':
    case 'asked':
      return client(`${name} reads the metadata of the server${places(profile)}`, patience(profile, 'discovery', 30))
    case 'found_resource':
      return client(
        `${name} reads the metadata of the authorization server${serverPlaces(profile)}`,
        patience(profile, 'discovery', 30),
      )
    case 'found_server':
      return client(`${name} ${waysIn(profile)}`, patience(profile, 'registration', 60))
    case 'registered':
      return client(`${name} opens the person’s browser at /authorize`, 120)
    case 'arrived':
      return isDevice
        ? person('somebody opens /device and types the code that the device shows', 900)
        : person('the browser is shown the sign-in page, or the consent page', 60)
    case 'at_sign_in':
      return person('the person signs in', 600)
    case 'signed_in':
      return person('the browser goes on to the consent page', 60)
    case 'at_consent':
      return person('the person allows or denies the access', 600)
    case 'decided':
    case 'has_code':
      return client(
        `${name} redeems the ${isDevice ? 'device code' : 'code'} at /token${method(profile)}`,
        Math.max(60, patience(profile, 'token', 60)),
      )
    case 'has_token':
      return client(`${name} calls the MCP server with its token${voice(profile)}`, 60)
    case 'connected':
      return undefined
    default:
      return stage satisfies never
  }
}

function afterFailure(code: string, name: string): Next | undefined {
  switch (code) {
    case 'scope_insufficient':
      return client(`${name} asks the person for the scope that is missing (step-up)`, 60)
    case 'token_rejected':
      return client(`${name} refreshes its token, or signs in again`, 60)
    case 'token_refused':
    case 'grant_ended':
      return client(`${name} signs in again`, 60)
    case 'sign_in_refused':
    case 'identity_refused':
      return person('the person tries to sign in again', 600)
    default:
      return undefined
  }
}

/** Seconds that a client may take for a leg of the way: thrice its own timeout, where that is known and longer. */
function patience(
  profile: ClientProfile | undefined,
  leg: 'discovery' | 'registration' | 'token',
  otherwise: number,
): number {
  const timeout = profile?.network?.timeouts?.value[leg]
  return timeout === undefined ? otherwise : Math.max(otherwise, 3 * timeout)
}

function client(what: string, within: number): Next {
  return { who: 'client', what, within }
}

function person(what: string, within: number): Next {
  return { who: 'person', what, within }
}

const resourcePlaces = {
  pointer: 'where the challenge points',
  path: 'behind /.well-known with the path',
  suffix: 'behind the path',
  root: 'at the root',
} as const

function places(profile: ClientProfile | undefined): string {
  const order = profile?.protectedResource?.order?.value
  return order === undefined ? '' : `: ${order.map((place) => resourcePlaces[place]).join(', then ')}`
}

function serverPlaces(profile: ClientProfile | undefined): string {
  const comparison = profile?.protectedResource?.comparison?.value
  return comparison === 'exact'
    ? ', if `resource` is byte for byte the URL that was typed into it; it stops otherwise'
    : ''
}

const waysOf = {
  client_metadata_document: 'names the document that describes it',
  dynamic: 'registers',
  static: 'uses the client identifier that it was given',
} as const

function waysIn(profile: ClientProfile | undefined): string {
  const order = profile?.registration?.order?.value
  if (order === undefined) return 'registers, or opens the browser with an identifier that it has'
  return `${order.map((way) => waysOf[way]).join(', or else ')}, and opens the browser`
}

function method(profile: ClientProfile | undefined): string {
  const fact = profile?.registration?.authenticationMethod?.value
  return fact === undefined || fact === 'none' ? '' : `, and authenticates with ${fact}`
}

/** Under which name it calls tells what an edge in front may block. */
function voice(profile: ClientProfile | undefined): string {
  const agent = profile?.network?.userAgent?.mcp?.value
  const egress = profile?.network?.egress?.value
  if (agent === undefined) return ''
  return `, as User-Agent ${agent}${egress === undefined ? '' : `, from ${egress.join(', ')}`}`
}
