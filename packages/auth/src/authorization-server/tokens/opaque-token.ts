import { toBase64url } from '#base64url'
import { type Actor, parseActor } from '../../protocol/actor.ts'
import { parseScope } from '../../protocol/scope.ts'
import type { GrantRecord } from '../records.ts'
import type { AccessTokenFacts } from './access-token.ts'
import { fromBase64url } from './base64url.ts'
import type { ExtraClaims } from './claims.ts'
import type { DerivedKeys } from './derived-keys.ts'

/**
 * Opaque access tokens: `key id . access . grant id . contents . HMAC`, over these fields and the seed of the grant's record, like its refresh
 * tokens (`grants/secret.ts`) and with a key of another use, so that none passes as the other. Nothing is written when one is issued, nothing of it
 * is stored, and neither key nor database alone makes one. Who reads the contents learns what its client knows; to anybody else it is opaque.
 */
export interface PresentedToken {
  keyId: string
  grantId: string
  contents: string
  mac: string
}

/** What stands in the contents: all that is not in the grant, or not like there. */
interface Contents {
  scope: string
  iat: number
  exp: number
  jti: string
  aud: string
  client_id: string
  act?: Actor
  /** The `exchanged_under` of a JWT. */
  exc?: readonly string[]
  /** Claims of the host; absent where there are none. */
  ext?: ExtraClaims
}

const longestToken = 16_384
const form = /^([A-Za-z0-9]{1,16})\.access\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/

/** The fields of `text`; `undefined` when it has not the form of an opaque access token. Nothing is proved until `verifyOpaqueToken` says so. */
export function parseOpaqueToken(text: string): PresentedToken | undefined {
  const [, keyId, grantId, contents, mac] = (text.length <= longestToken && form.exec(text)) || []
  if (keyId === undefined || grantId === undefined || contents === undefined || mac === undefined) return undefined
  return { keyId, grantId, contents, mac }
}

export async function formatOpaqueToken(facts: AccessTokenFacts, keys: DerivedKeys): Promise<string> {
  const { grantId, grant, clientId, resource, actor, scope, issuedAt, expiresAt, tokenId, extraClaims } = facts
  const contents: Contents = {
    scope: scope.join(' '),
    iat: issuedAt,
    exp: expiresAt,
    jti: tokenId,
    aud: resource,
    client_id: clientId,
    ...(actor !== undefined && { act: actor }),
    ...(facts.exchangedUnder !== undefined && { exc: facts.exchangedUnder }),
    ...(Object.keys(extraClaims).length > 0 && { ext: extraClaims }),
  }
  const text = toBase64url(new TextEncoder().encode(JSON.stringify(contents)))
  const fields = `${keys.currentId}.access.${grantId}.${text}`
  return `${fields}.${await keys.mac(keys.currentId, 'access tokens', `${fields}.${grant.seed}`)}`
}

/** What the token says, where it was made by us for this grant; `undefined` otherwise. Whether it has expired is for the caller to ask. */
export async function verifyOpaqueToken(
  { keyId, grantId, contents, mac }: PresentedToken,
  grant: GrantRecord,
  keys: DerivedKeys,
): Promise<AccessTokenFacts | undefined> {
  const isOurs = await keys.isMac(mac, keyId, 'access tokens', `${keyId}.access.${grantId}.${contents}.${grant.seed}`)
  const text = fromBase64url(contents)
  if (!isOurs || text === undefined) return undefined
  const says = JSON.parse(new TextDecoder().decode(text)) as Contents // the MAC says that we wrote it
  const actor = parseActor(says.act)
  return {
    grantId,
    grant,
    clientId: says.client_id,
    resource: says.aud,
    ...(actor !== undefined && { actor }),
    ...(says.exc !== undefined && { exchangedUnder: says.exc }),
    scope: [...(parseScope(says.scope) ?? [])],
    issuedAt: says.iat,
    expiresAt: says.exp,
    tokenId: says.jti,
    extraClaims: says.ext ?? {},
  }
}
