/** A challenge as a client takes it apart (RFC 9110 §11.6.1). */
export interface Challenge {
  /** In lower case. */
  scheme: string
  parameters: Readonly<Record<string, string>>
  /** Parameters whose value is no quoted string. */
  bare: readonly string[]
}

/** The challenges in a `WWW-Authenticate`, or why nobody can read it. */
export function challengesIn(value: string): readonly Challenge[] | string {
  const found: { scheme: string; parameters: Record<string, string>; bare: string[] }[] = []
  for (let rest = value.trim(); rest !== ''; ) {
    const [scheme, name] = /^([!#$%&'*+.^_`|~\w-]+)(?: +|$|(?= *,))(?! *=)/.exec(rest) ?? []
    if (scheme !== undefined && name !== undefined) {
      found.push({ scheme: name.toLowerCase(), parameters: {}, bare: [] })
      rest = rest.slice(scheme.length)
    }
    const [parameter, key, quoted, token] =
      /^([!#$%&'*+.^_`|~\w-]+) *= *(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~\w-]+))/.exec(rest) ?? []
    const challenge = found.at(-1)
    if (parameter !== undefined && key !== undefined && challenge !== undefined) {
      challenge.parameters[key.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? token ?? ''
      if (token !== undefined) challenge.bare.push(key)
      rest = rest.slice(parameter.length)
    } else if (scheme === undefined) return `unreadable from "${rest.slice(0, 40)}"`
    const [comma] = /^(?: *, *)+|^ *$/.exec(rest) ?? []
    if (comma === undefined && parameter !== undefined) return `unreadable from "${rest.slice(0, 40)}"`
    rest = rest.slice(comma?.length ?? 0)
  }
  return found
}
