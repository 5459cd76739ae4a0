/** What a client of the program may be for; exchange and identity assertions are the library's alone. */
export const clientGrantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
] as const
