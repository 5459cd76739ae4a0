import type { ClientVerdict } from '../simulation/verdict.ts'
import type { Caveat } from '../simulation/walk.ts'
import type { TextOptions } from './text.ts'
import { wrap } from './wrap.ts'

/** What matters to those that connect, clients with the same caveat together. */
export function caveatLines(clients: readonly ClientVerdict[], { style, width }: TextOptions): string {
  const names = new Map<string, string[]>()
  for (const { client, caveats, kind } of clients) {
    if (kind === 'stops') continue
    for (const caveat of caveats) {
      const sentence = caveatText(caveat)
      names.set(sentence, [...(names.get(sentence) ?? []), client.name])
    }
  }
  return [...names]
    .map(([sentence, those]) =>
      wrap(`${style.unsure('note')} ${those.join(', ')}: ${sentence}`, { width, indent: '  ' }),
    )
    .join('\n')
}

export function caveatText(caveat: Caveat): string {
  switch (caveat.kind) {
    case 'needs_public_url':
      return 'runs elsewhere, and reaches this server only at a public https address.'
    case 'needs_static_client':
      return 'cannot register by itself; make a client at the sign-in server and give it the identifier.'
    case 'guesses_endpoints':
      return `finds no metadata, and guesses that sign-in is at ${caveat.origin}.`
    case 'anonymous':
      return 'is not asked to sign in, and uses the server as nobody.'
    case 'asks_for_no_refresh':
      return 'will have to sign in again each time its token expires.'
    case 'asks_for_all_scopes':
      return `asks for all ${caveat.count} scopes at once.`
    case 'disregards_resource_metadata':
      return 'throws the metadata away, since its "resource" is not the URL that was typed, and looks for sign-in at the origin.'
    case 'weak_evidence':
      return `what is known of it is reports alone (${caveat.about}).`
    default:
      return caveat satisfies never
  }
}
