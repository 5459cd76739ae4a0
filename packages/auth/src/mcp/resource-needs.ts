import { type NeedsByName, type ResolvedNeeds, unionOf } from './needs.ts'

/**
 * The needs of resources, by URI or by how URIs begin. Whoever resolves a URI may take it for another one: for the same with another query, or, where
 * it could be written otherwise (`file:///public/../secret`, `file:///%73ecret`), for any. It has the needs of all that it may be taken for.
 */
export function createResourceNeeds(named: ReadonlyMap<string, ResolvedNeeds>, fallback: ResolvedNeeds): NeedsByName {
  for (const name of named.keys()) {
    const whyNot = whyNotResourceName(name)
    if (whyNot !== undefined) throw new TypeError(`The resource "${name}" ${whyNot}`)
  }
  const table = new Map([...named].map(([name, needs]) => [withLowerAuthority(name), needs]))
  const ofAny = unionOf([fallback, ...table.values()])
  const beginnings = [...table]
    .filter(([name]) => name.endsWith('*'))
    .map(([name, needs]) => ({ beginning: name.slice(0, -1), needs }))
    .sort((one, other) => other.beginning.length - one.beginning.length)

  function ruleFor(uri: string): ResolvedNeeds | undefined {
    const exact = uri.endsWith('*') ? undefined : table.get(uri)
    return exact ?? beginnings.find(({ beginning }) => uri.startsWith(beginning))?.needs
  }

  return {
    ofAny,
    named(given) {
      if (table.size === 0) return fallback
      const uri = withLowerAuthority(given)
      if (!isWrittenOneWay(uri)) return table.get(uri) ?? ofAny
      const rules = new Set(formsOf(uri).flatMap((form) => ruleFor(form) ?? []))
      return rules.size === 0 ? fallback : unionOf([...rules])
    },
  }
}

/** Why no resource can have this name in a rule, or begin so, as it goes on from it: a rule by another spelling would be the rule of nothing. */
export function whyNotResourceName(name: string): string | undefined {
  const [start = '', scheme = '', authority] = beginning.exec(withLowerAuthority(name)) ?? []
  // What every URI of it begins with.
  const isCut = authority === undefined ? name.length <= start.length + 1 : authority.includes('*')
  if (!special.test(scheme) || isCut || (authority !== undefined && isOwnForm(`${start}/`))) return undefined
  return `must be written as URL parsers do${URL.canParse(name) ? `: ${new URL(name).href}` : ''}`
}

const beginning = /^([A-Za-z][A-Za-z0-9+.-]*:)(?:\/\/([^/?#]*))?/

/** Scheme and host are the same in capitals (RFC 3986 §6.2.2.1). */
function withLowerAuthority(uri: string): string {
  return uri.replace(beginning, (text) => text.toLowerCase())
}

// What needs no encoding (RFC 3986 §2.3), or is a slash, a backslash or a percent sign, is nowhere written as %XX, and hex digits are capitals.
const otherwiseWritten =
  /[^\x21-\x7E]|[\\]|\/\/|%(?![0-9A-F]{2})|%(?:2[5DEF]|3[0-9]|4[1-9A-F]|5[0-9ACF]|6[1-9A-F]|7[0-9AE])/

// Those of which URL parsers write the beginning anew: "file:/etc", "https:host" and "https://0x7f.1:443" are as good to them as what they become.
const special = /^(?:file|ftp|https?|wss?):$/

/** Whether nobody could write this URI in another way, up to its query (RFC 3986 §6.2.2). */
function isWrittenOneWay(uri: string): boolean {
  const [start, scheme = '', authority] = beginning.exec(uri) ?? []
  if (start === undefined || otherwiseWritten.test(authority ?? '')) return false
  if (special.test(scheme) && (authority === undefined || !isOwnForm(`${start}/`))) return false
  const rest = uri.slice(start.length)
  const path = rest.replace(/[?#].*$/s, '')
  return !otherwiseWritten.test(rest) && !path.split('/').some((step) => step === '.' || step === '..')
}

function isOwnForm(url: string): boolean {
  return URL.canParse(url) && new URL(url).href === url
}

/**
 * A URI, and what somebody takes it for who does not look at all of it: without its query, with and without a slash at its end, and, of its authority,
 * the host alone; of that of a file nothing.
 */
function formsOf(uri: string): readonly string[] {
  const bare = uri.replace(/[?#].*$/s, '')
  const open = bare.replace(/\/$/, '')
  const forms = [uri, bare, open, `${open}/`]
  return [...forms, ...forms.map(withHostAlone)]
}

function withHostAlone(uri: string): string {
  return uri.replace(beginning, (start, scheme: string, authority?: string) => {
    if (authority === undefined || authority === '') return start
    if (scheme === 'file:') return 'file://'
    const host = authority.replace(/^.*@/, '')
    // Another port of these is another server; elsewhere it says nothing that parsers would look for.
    return `${scheme}//${special.test(scheme) ? host.replace(/\.(?=:|$)/, '') : host.replace(/\.?(?::\d*)?$/, '')}`
  })
}
