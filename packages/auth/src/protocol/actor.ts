/** Who acts for the subject of a token, and who acted before: the claim `act` (RFC 8693 §4.1). */
export interface Actor {
  sub: string
  iss?: string
  act?: Actor
}

const longestChain = 10
const longestName = 512

/** The actor that a claim names, with those before; `undefined` where it is none, or the chain is longer than anybody needs. */
export function parseActor(claim: unknown, most = longestChain): Actor | undefined {
  if (most === 0 || typeof claim !== 'object' || claim === null) return undefined
  const { sub, iss, act } = claim as Record<string, unknown> // judged below
  if (!isName(sub) || (iss !== undefined && !isName(iss))) return undefined
  const before = act === undefined ? undefined : parseActor(act, most - 1)
  if (act !== undefined && before === undefined) return undefined
  return { sub, ...(iss !== undefined && { iss }), ...(before !== undefined && { act: before }) }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longestName
}
