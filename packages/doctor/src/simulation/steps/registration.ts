import type { ClientProfile } from '@portcullis/clients'
import type { Footprints, Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'

/** What an authorization server offers to clients that come without an identifier. */
export interface Offer {
  readonly takesClientDocuments: boolean
  /** `token_endpoint_auth_methods_supported`. */
  readonly authenticationMethods: readonly string[] | undefined
  /** Advertised, or guessed. */
  readonly registrationEndpoint: string | undefined
}

/** The way to an identifier that a client takes. */
export type Way =
  | { readonly kind: 'client_metadata_document'; readonly url: string }
  | { readonly kind: 'dynamic'; readonly url: string }

/** The first way of the client that is open; `undefined` where none is. */
export function chooseWay(client: ClientProfile, offer: Offer): Way | undefined {
  const order = client.registration?.order?.value ?? ['client_metadata_document', 'dynamic']
  for (const way of order) {
    const url = urlOf(way, client, offer)
    if (url !== undefined && way !== 'static') return { kind: way, url }
  }
  return undefined
}

/** What a client says when registration fails that nobody tried. */
export interface RegistrationWords {
  /** `undefined`: what it says of that status nobody has recorded. */
  rejected(status: number, body: string): string | undefined
  readonly withoutAnswer: string | undefined
}

/** Where nothing answers at the registration endpoint, or whoever comes is turned away, the walk ends. */
export async function tryRegistration(
  wire: Wire,
  url: string,
  steps: Footprints,
  words: RegistrationWords,
): Promise<Walk | undefined> {
  const answer = await wire.endpoint('POST', url)
  steps.at('registration', answer)
  const { outcome } = answer
  if (outcome.kind === 'failure')
    return outcome.reason === 'not_asked' ? undefined : steps.stop('registration', 'unreachable', words.withoutAnswer)
  return turnsAway(outcome.status)
    ? steps.stop('registration', 'registration_not_found', words.rejected(outcome.status, outcome.body))
    : undefined
}

/** Statuses that no registration would change: nothing is there, whoever is not signed in is refused, or a page is to be had elsewhere. */
export function turnsAway(status: number | undefined): boolean {
  return status !== undefined && [301, 302, 303, 401, 403, 404, 405].includes(status)
}

/** A person may make an identifier at the server, and give it to clients that can be given one. */
export function takesStaticClient(client: ClientProfile): boolean {
  return client.registration?.order?.value.includes('static') ?? false
}

function urlOf(
  way: 'client_metadata_document' | 'dynamic' | 'static',
  client: ClientProfile,
  offer: Offer,
): string | undefined {
  switch (way) {
    case 'client_metadata_document': {
      const needsNone = client.registration?.documentNeedsNone?.value ?? false
      const isOpen =
        offer.takesClientDocuments && (!needsNone || offer.authenticationMethods?.includes('none') === true)
      return isOpen ? client.registration?.documentUrl?.value : undefined
    }
    case 'dynamic':
      return offer.registrationEndpoint
    case 'static':
      return undefined
    default:
      return way satisfies never
  }
}
