import type { Attack } from './attack.ts'
import { clientAuthenticationAttacks } from './attacks/client-authentication.ts'
import { codeAttacks } from './attacks/code.ts'
import { consentAttacks } from './attacks/consent.ts'
import { deviceAttacks } from './attacks/devices.ts'
import { extensionAttacks } from './attacks/extensions.ts'
import { inputAttacks } from './attacks/input.ts'
import { metadataAttacks } from './attacks/metadata.ts'
import { pageAttacks } from './attacks/pages.ts'
import { redirectUriAttacks } from './attacks/redirect-uri.ts'
import { refreshAttacks } from './attacks/refresh.ts'
import { registrationAttacks } from './attacks/registration.ts'
import { requestAttacks } from './attacks/requests.ts'
import { responseAttacks } from './attacks/responses.ts'
import { serverAttacks } from './attacks/server.ts'
import { sessionAttacks } from './attacks/sessions.ts'
import { tokenAttacks } from './attacks/tokens.ts'
import { ourAttacks } from './ours/attacks.ts'
import type { Means } from './stage.ts'

/** Those that are played on a server: with people of ours, what needs these; on every other, the rest. */
export function attacksFor(chosen: readonly Attack[], { ours }: Pick<Means, 'ours'>): readonly Attack[] {
  return chosen.filter(({ isOfOurs = false }) => isOfOurs === (ours !== undefined))
}

/** All that is tried, in this order. */
export const attacks: readonly Attack[] = [
  ...metadataAttacks,
  ...serverAttacks,
  ...redirectUriAttacks,
  ...responseAttacks,
  ...codeAttacks,
  ...refreshAttacks,
  ...clientAuthenticationAttacks,
  ...tokenAttacks,
  ...consentAttacks,
  ...sessionAttacks,
  ...pageAttacks,
  ...requestAttacks,
  ...inputAttacks,
  ...registrationAttacks,
  ...deviceAttacks,
  ...extensionAttacks,
  ...ourAttacks,
]
