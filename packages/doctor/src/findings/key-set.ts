import type { Exchange } from '../evidence/exchange.ts'
import { isObject, type JsonObject, stringIn } from '../evidence/read-json.ts'
import { type Finding, finding, type KeyFault } from './finding.ts'

/** What is wrong with keys that everybody reads (RFC 7517), the first of each kind. */
export function findInKeys(url: string, listed: readonly unknown[], exchange: Exchange): readonly Finding[] {
  const keys = listed.filter(isObject)
  return faults.flatMap(([fault, isFaulty]) => {
    const key = keys.find((each) => isFaulty(each, keys))
    return key === undefined ? [] : [finding('key_set_flawed', { url, fault, kid: stringIn(key.kid) }, exchange)]
  })
}

type IsFaulty = (key: JsonObject, keys: readonly JsonObject[]) => boolean

const faults: readonly (readonly [KeyFault, IsFaulty])[] = [
  ['private', ({ kty, d }) => kty !== 'oct' && d !== undefined],
  ['secret', ({ kty, k }) => kty === 'oct' || k !== undefined],
  ['no_algorithm', ({ alg }) => alg === 'none'],
  ['same_kid', ({ kid }, keys) => kid !== undefined && keys.filter((other) => other.kid === kid).length > 1],
  ['no_kid', ({ kid }, keys) => kid === undefined && keys.length > 1],
]
