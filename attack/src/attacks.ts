import type { Attack } from './attack.ts'
import { clientAuthenticationAttacks } from './attacks/client-authentication.ts'
import { codeAttacks } from './attacks/code.ts'
import { extensionAttacks } from './attacks/extensions.ts'
import { pageAttacks } from './attacks/pages.ts'
import { redirectUriAttacks } from './attacks/redirect-uri.ts'
import { refreshAttacks } from './attacks/refresh.ts'
import { registrationAttacks } from './attacks/registration.ts'
import { requestAttacks } from './attacks/requests.ts'
import { responseAttacks } from './attacks/responses.ts'
import { serverAttacks } from './attacks/server.ts'
import { tokenAttacks } from './attacks/tokens.ts'

/** All that is tried, in this order. */
export const attacks: readonly Attack[] = [
  ...serverAttacks,
  ...redirectUriAttacks,
  ...responseAttacks,
  ...codeAttacks,
  ...refreshAttacks,
  ...clientAuthenticationAttacks,
  ...tokenAttacks,
  ...pageAttacks,
  ...requestAttacks,
  ...registrationAttacks,
  ...extensionAttacks,
]
