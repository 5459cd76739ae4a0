import { isIP } from 'node:net'
import { profiles } from '@portcullis/clients'
import { serviceAt } from './network.ts'
import type { AttemptView } from './view.ts'

/** An evidence file that names nobody: the same name is the same pseudonym throughout. */
export function pseudonymised<Given extends { attempt: object }>(
  evidence: Given,
  { view, publicUrl }: { view: AttemptView; publicUrl: string },
): Given {
  const { person, client } = view
  const names = createNames()
  names.set(new URL(publicUrl).host, 'server.example')
  const clientIds = client.clientIds.map((id) => (URL.canParse(id) ? id : names.of('client', id)))
  // People call their servers as they like, and some clients put that into their own name.
  const template = profiles.find(({ id }) => id === client.profile)?.registration?.clientName?.value
  const claimedName = client.claimedName === undefined ? undefined : (template ?? client.claimedName)
  const inTexts = new Map<string, string>()
  if (claimedName !== undefined && client.claimedName !== undefined) inTexts.set(client.claimedName, claimedName)
  if (person !== undefined) inTexts.set(person.subject, 'person-1')
  for (const [nth, id] of client.clientIds.entries()) inTexts.set(id, clientIds[nth] ?? id)
  const named = {
    ...evidence,
    attempt: {
      ...evidence.attempt,
      client: { ...client, clientIds, ...(claimedName !== undefined && { claimedName }) },
      ...(person !== undefined && {
        person: { subject: 'person-1', ...(person.userName !== undefined && { userName: 'user-1' }) },
      }),
    },
  }
  const all = (text: string, name: string) => {
    const rest = rewrite(text, { inTexts, names })
    return toldBySteps.has(name) ? withoutHosts(rest, names) : rest
  }
  return rewritten(named, all) as Given // the same shape, each text another
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

/** A short name may be a word that stands there anyway. */
const leastInText = 8

function rewrite(text: string, { inTexts, names }: { inTexts: ReadonlyMap<string, string>; names: Names }): string {
  let rest = text
  for (const [name, pseudonym] of inTexts) if (name.length >= leastInText) rest = rest.replaceAll(name, pseudonym)
  return rest
    .replace(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, (mail) => names.of('mail', mail))
    .replace(/\b(https?:\/\/)([^/\s"'<>,;)]+)/g, (_, scheme: string, host: string) => scheme + hostName(host, names))
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?![\w:])/gi, (found) =>
      isIP(found) === 0 || isLoopback(found) ? found : addressName(found, names),
    )
}

/** Fields with what steps tell: an outsider's `Host`, a rule about domains. In other texts names of settings have dots. */
const toldBySteps: ReadonlySet<string> = new Set(['meaning', 'evidence'])

/** Hosts and domains that stand there without a scheme. */
function withoutHosts(text: string, names: Names): string {
  return text.replace(
    /(?<![\w./@-])(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+[a-z][a-z\d-]*[a-z\d](?::\d+)?(?![\w-])/gi,
    (host) => hostName(host, names),
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

/** `name`: of the field that it stands in, or of the list. */
function rewritten(value: unknown, rewrite: (text: string, name: string) => string, name = ''): unknown {
  if (typeof value === 'string') return rewrite(value, name)
  if (Array.isArray(value)) return value.map((each) => rewritten(each, rewrite, name))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([of, each]) => [of, rewritten(each, rewrite, of)]))
}
