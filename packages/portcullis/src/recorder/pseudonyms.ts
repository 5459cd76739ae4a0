import { isIP } from 'node:net'
import { profiles } from '@portcullis/clients'
import { serviceAt } from './network.ts'
import type { AttemptView } from './view.ts'

/** Rewrites every text of a value so that it names nobody: the same name is the same pseudonym throughout. */
export function pseudonymised<Value>(
  value: Value,
  { view, publicUrl }: { view: AttemptView; publicUrl: string },
): Value {
  const names = createNames()
  const exact = new Map<string, string>()
  names.set(new URL(publicUrl).host, 'server.example')
  const { person, client } = view
  if (person !== undefined) exact.set(person.subject, 'person-1')
  if (person?.userName !== undefined) exact.set(person.userName, 'user-1')
  for (const id of client.clientIds) if (!URL.canParse(id)) exact.set(id, names.of('client', id))
  const claimed = client.claimedName
  // People call their servers as they like, and some clients put that into their own name.
  const template = profiles.find(({ id }) => id === client.profile)?.registration?.clientName?.value
  if (claimed !== undefined && template !== undefined) exact.set(claimed, template)
  return rewritten(value, (text) => rewrite(text, { exact, names })) as Value // the same shape, each text another
}

interface Names {
  of(kind: string, name: string): string
  known(name: string): string | undefined
  set(name: string, pseudonym: string): void
}

function createNames(): Names {
  const known = new Map<string, string>()
  const counts = new Map<string, number>()
  return {
    of(kind, name) {
      const given = known.get(name)
      if (given !== undefined) return given
      const count = (counts.get(kind) ?? 0) + 1
      counts.set(kind, count)
      known.set(name, `${kind}-${count}`)
      return `${kind}-${count}`
    },
    known: (name) => known.get(name),
    set: (name, pseudonym) => void known.set(name, pseudonym),
  }
}

function rewrite(text: string, { exact, names }: { exact: ReadonlyMap<string, string>; names: Names }): string {
  const whole = exact.get(text)
  if (whole !== undefined) return whole
  let rest = text
  for (const [name, pseudonym] of exact) if (name.length > 3) rest = rest.replaceAll(name, pseudonym)
  return rest
    .replace(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, (mail) => names.of('mail', mail))
    .replace(/\b(https?:\/\/)([^/\s"'<>,;)]+)/g, (_, scheme: string, host: string) => scheme + hostName(host, names))
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?![\w:])/gi, (found) =>
      isIP(found) === 0 || isLoopback(found) ? found : addressName(found, names),
    )
}

function hostName(host: string, names: Names): string {
  const isNobodys = isLoopback(host.replace(/:\d+$/, '')) || ofVendors.has(host)
  return isNobodys ? (names.known(host) ?? host) : names.of('host', host)
}

/** That a request came from where its maker says is evidence, and names no person. */
function addressName(address: string, names: Names): string {
  const service = serviceAt(address)
  return names.of(service === undefined ? 'address' : `address-of-${service.id}`, address)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || host.startsWith('127.')
}

/** Hosts that stand in what is known of clients: everybody's, and so nobody's name. */
const ofVendors: ReadonlySet<string> = new Set(
  profiles.flatMap(({ registration }) =>
    [registration?.documentUrl?.value, ...(registration?.redirectUris?.value ?? [])].flatMap((url) =>
      url === undefined || !URL.canParse(url) || /^https?:\/\/[^/]*\{/.test(url) ? [] : [new URL(url).host],
    ),
  ),
)

function rewritten(value: unknown, rewrite: (text: string) => string): unknown {
  if (typeof value === 'string') return rewrite(value)
  if (Array.isArray(value)) return value.map((each) => rewritten(each, rewrite))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, rewritten(each, rewrite)]))
}
