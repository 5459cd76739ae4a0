import { isOpenId } from './client.ts'
import type { UpstreamContext } from './context.ts'
import type { Identity } from './identity.ts'
import type { Metadata } from './metadata.ts'
import type { Claims, Facts } from './presets/preset.ts'
import { unavailable } from './sign-in-failure.ts'
import { type Tokens, userInfo } from './tokens.ts'

/** What is known of a person before they are asked about again. */
export type Known = Pick<Identity, 'issuer' | 'subject' | 'authTime' | 'isAuthTimeProved'>

/** Who somebody is, by what the identity provider gave. `known`: who it must be, where it may say less than at the sign-in. Throws `SignInFailure`. */
export async function identify(
  { accessToken, claims: proved }: Tokens,
  metadata: Metadata,
  context: UpstreamContext,
  known?: Known,
): Promise<Identity> {
  const { identityProvider, options } = context
  const { preset, groupsClaim } = identityProvider
  const claims = isOpenId(context)
    ? await allClaims(accessToken, proved ?? (known && { iss: metadata.issuer, sub: known.subject }), metadata, context)
    : {}
  const upstream = { fetch: options.fetch, accessToken, issuer: identityProvider.issuer }
  const { claims: read = claims, ...facts } = await preset.factsOf(
    claims,
    { ...identityProvider.options, groupsClaim },
    upstream,
  )
  return {
    identityProvider: identityProvider.id,
    ...named(facts),
    ...authTimeOf(proved, known, options.now()),
    claims: Object.freeze(Object.fromEntries(Object.entries(read).filter(([name]) => !ofProtocol.has(name)))),
  }
}

/** Claims about the messages that carry them, which say nothing of a person. */
const ofProtocol: ReadonlySet<string> = new Set([
  'nonce',
  'at_hash',
  'c_hash',
  's_hash',
  'jti',
  'sid',
  'aio',
  'rh',
  'uti',
])
async function allClaims(
  accessToken: string,
  proved: Claims | undefined,
  metadata: Metadata,
  context: UpstreamContext,
): Promise<Claims> {
  const { preset } = context.identityProvider
  const isWhole = proved !== undefined && Object.hasOwn(proved, 'exp')
  if (proved === undefined || (metadata.userinfo_endpoint === undefined && !isWhole))
    throw unavailable('The identity provider gave nothing that says who the person is')
  if (metadata.userinfo_endpoint === undefined || (isWhole && preset.userInfo === 'without ID token')) return proved
  const told = await userInfo(accessToken, String(proved.sub), metadata, context)
  return merged(told, proved)
}

/**
 * What was signed for us stands; the other answer fills in what it lacks. Whether an address is verified is said of the one beside which it stands: neither
 * answer verifies what the other says.
 */
function merged(told: Claims, proved: Claims): Claims {
  const { email_verified: _, ...claims }: Claims = { ...told, ...proved }
  const said = Object.hasOwn(proved, 'email') ? proved : told
  const isVerified = said.email_verified ?? (told.email === proved.email ? told.email_verified : undefined)
  return isVerified === undefined ? claims : { ...claims, email_verified: isVerified }
}

function authTimeOf(
  proved: Claims | undefined,
  known: Known | undefined,
  now: number,
): Pick<Identity, 'authTime' | 'isAuthTimeProved'> {
  const authTime = proved?.auth_time
  if (typeof authTime === 'number') return { authTime: Math.min(authTime, now), isAuthTimeProved: true }
  return { authTime: known?.authTime ?? now, isAuthTimeProved: known?.isAuthTimeProved ?? false }
}

function named({
  issuer,
  subject,
  userName,
  name,
  email,
  hostedDomain,
  groups,
  groupsIncomplete,
}: Omit<Facts, 'claims'>) {
  return {
    issuer,
    subject,
    ...(userName !== undefined && { userName }),
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(hostedDomain !== undefined && { hostedDomain }),
    groups,
    ...(groupsIncomplete !== undefined && { groupsIncomplete }),
  }
}
