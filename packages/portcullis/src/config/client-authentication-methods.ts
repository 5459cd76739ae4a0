import type { ClientAuthenticationMethod } from '@portcullis/auth/protocol'

/** How a client of the program may authenticate at the token endpoint: all that the authorization server knows. */
export const clientAuthenticationMethods = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
] as const satisfies readonly ClientAuthenticationMethod[]
