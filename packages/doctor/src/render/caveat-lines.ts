import type { ClientVerdict } from '../simulation/verdict.ts'
import type { Caveat } from '../simulation/walk.ts'
import { namesOf, reportMark } from './client-names.ts'
import { endingOf } from './ending.ts'
import type { TextOptions } from './text.ts'
import { wrap } from './wrap.ts'

/** What matters to those that get in and is not said by the picture, clients with the same caveat together. */
export function caveatLines(
  clients: readonly ClientVerdict[],
  { style, width, isVerbose }: TextOptions,
): readonly string[] {
  const names = new Map<string, ClientVerdict[]>()
  for (const verdict of clients) {
    if (verdict.kind === 'stops') continue
    for (const caveat of verdict.caveats) {
      if (isInPicture(caveat, verdict) || (isMinor(caveat, verdict) && !isVerbose)) continue
      const sentence = caveatText(caveat)
      names.set(sentence, [...(names.get(sentence) ?? []), verdict])
    }
  }
  return [...names].map(([sentence, those]) => {
    const who = namesOf(those, isVerbose ? {} : { most: 3 }).replaceAll(reportMark, '')
    return wrap(`${who}: ${sentence}`, { width, indent: '    ', first: `  ${style.faint('·')} ` })
  })
}

function isInPicture({ kind }: Caveat, verdict: ClientVerdict): boolean {
  const ending = endingOf(verdict)
  return (
    kind === 'weak_evidence' ||
    (kind === 'anonymous' && ending === 'as_nobody') ||
    (kind === 'needs_public_url' && ending === 'once_public') ||
    (kind === 'needs_static_client' && ending === 'once_entered')
  )
}

/** Nobody is frightened by a short list of permissions, nor asks for the address of a client of which nobody can tell. */
function isMinor(caveat: Caveat, { kind }: ClientVerdict): boolean {
  if (caveat.kind === 'asks_for_all_scopes') return caveat.count < 5
  return isAboutAddress(caveat) && kind === 'cannot_tell'
}

function isAboutAddress({ kind }: Caveat): boolean {
  return kind === 'needs_public_url' || kind === 'needs_allowed_address'
}

/** A sentence that fits behind one name and behind many. */
export function caveatText(caveat: Caveat): string {
  switch (caveat.kind) {
    case 'needs_public_url':
      return 'comes from its maker’s data centre, which reaches public https addresses alone.'
    case 'needs_allowed_address':
      return 'refuses an address that is not public until whoever runs it has allowed it.'
    case 'needs_static_client':
      return 'cannot register: somebody must make an identifier at the sign-in server and enter it.'
    case 'guesses_endpoints':
      return `no metadata was found, and ${caveat.origin} is taken for the place to sign in.`
    case 'anonymous':
      return 'let in without signing in, as nobody.'
    case 'asks_for_no_refresh':
      return 'people must sign in again each time a token expires.'
    case 'asks_for_all_scopes':
      return `asks for all ${caveat.count} permissions at once.`
    case 'disregards_resource_metadata':
      return '"resource" is not the URL that was typed, so the metadata is thrown away and the origin asked instead.'
    case 'slow':
      return `${waitedFor[caveat.what]} took ${(caveat.milliseconds / 1000).toFixed(1)} s, and it gives up after ${caveat.seconds} s.`
    case 'weak_evidence':
      return `${caveat.about} is known from reports alone.`
    default:
      return caveat satisfies never
  }
}

const waitedFor = {
  discovery: 'finding out where to sign in',
  registration: 'the answer of the registration endpoint',
  token: 'the answer of the token endpoint',
} as const
