import type { ClientProfile } from '@portcullis/clients'
import type { BesideRegistration } from '../../probes/registration-refused.ts'
import { type UnfollowedRedirect, unfollowedRedirect } from '../redirects.ts'
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
  /** As far as it does not repeat the answer. `undefined`: what it says of that status nobody has recorded. */
  rejected(status: number, redirect?: UnfollowedRedirect): string | undefined
  readonly withoutAnswer: string | undefined
}

/** Where nothing answers at the registration endpoint, or whoever comes is turned away, the walk ends. */
export async function tryRegistration(
  wire: Wire,
  url: string,
  beside: BesideRegistration,
  steps: Footprints,
  words: RegistrationWords,
): Promise<Walk | undefined> {
  const { exchange, isRefused } = await wire.registration(url, beside)
  steps.at('registration', exchange)
  const { outcome } = exchange
  if (outcome.kind === 'failure')
    return outcome.reason === 'not_asked' ? undefined : steps.stop('registration', 'unreachable', words.withoutAnswer)
  if (!isRefused) return undefined
  return steps.stop(
    'registration',
    'registration_not_found',
    words.rejected(outcome.status, unfollowedRedirect(exchange)),
  )
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
