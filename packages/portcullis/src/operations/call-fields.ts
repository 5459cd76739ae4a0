import type { ToldCall, ToldCalls } from '@portcullis/auth/protocol'

/** What a line says of calls: `method` and `name` of one, `calls` of several, `claimedCall` of what headers alone say. */
export function callFields({ calls = [], furtherCalls, claimedCall }: ToldCalls): Readonly<Record<string, unknown>> {
  const [first, ...others] = calls
  if (first !== undefined && others.length === 0) return { ...first }
  return {
    ...(first !== undefined && { calls: calls.map(textOf) }),
    ...(furtherCalls !== undefined && { furtherCalls }),
    ...(claimedCall !== undefined && { claimedCall: textOf(claimedCall) }),
  }
}

/** How a sentence names the calls: `a call of delete_note`. */
export function nameCalls({ calls = [], furtherCalls = 0 }: ToldCalls): string {
  const [first, ...others] = calls
  if (first === undefined) return 'a call'
  const more = others.length + furtherCalls
  return `a call of ${first.name ?? first.method}${more === 0 ? '' : ` and ${more} more in one batch`}`
}

function textOf({ method, name }: ToldCall): string {
  return name === undefined ? method : `${method} ${name}`
}
