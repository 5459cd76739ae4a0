import { deviceCodeGrantType } from '@portcullis/auth/protocol'

/** What a client of the program may be for: all that the authorization server knows. Those that need no person are for clients that prove who they are. */
export const clientGrantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  deviceCodeGrantType,
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
] as const

/** The grant types that need no person at hand, by the settings that say what each gets. */
export const grantTypeOfPrivilege = {
  clientCredentials: 'client_credentials',
  tokenExchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
  identityAssertionIssuers: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
} as const satisfies Readonly<Record<string, (typeof clientGrantTypes)[number]>>
