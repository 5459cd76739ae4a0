import { id } from './tokens.ts'

export interface Person {
  id: string
  username: string
  password: string
  firstName: string
  lastName: string
  email: string
  privateMetadata: Record<string, unknown>
}

/** Somebody with an account at this instance. */
export function makePerson(
  username: string,
  password: string,
  [firstName, lastName]: readonly [string, string],
): Person {
  const email = `${username}@example.com`
  return { id: `user_${id(27)}`, username, password, firstName, lastName, email, privateMetadata: {} }
}

/** As the Backend API has people (`UserJSON` of `@clerk/backend` 3.25.0), without what nobody here asks for. */
export function asUser({ id, username, firstName, lastName, email, privateMetadata }: Person) {
  return {
    object: 'user',
    id,
    username,
    first_name: firstName,
    last_name: lastName,
    image_url: '',
    has_image: false,
    primary_email_address_id: `idn_${id.slice(5)}`,
    primary_phone_number_id: null,
    primary_web3_wallet_id: null,
    password_enabled: true,
    two_factor_enabled: false,
    totp_enabled: false,
    backup_code_enabled: false,
    email_addresses: [
      {
        object: 'email_address',
        id: `idn_${id.slice(5)}`,
        email_address: email,
        verification: { object: 'verification', status: 'verified', strategy: 'email_code' },
        linked_to: [],
      },
    ],
    phone_numbers: [],
    web3_wallets: [],
    external_accounts: [],
    enterprise_accounts: [],
    public_metadata: {},
    private_metadata: privateMetadata,
    unsafe_metadata: {},
    external_id: null,
    banned: false,
    locked: false,
    created_at: 1_767_225_600_000,
    updated_at: 1_767_225_600_000,
  }
}

/** What `/oauth/userinfo` says, by scope. */
export function userinfoOf({ id, username, firstName, lastName, email }: Person, scope: string) {
  const granted = scope.split(' ')
  return {
    sub: id,
    user_id: id,
    ...(granted.includes('profile') && {
      name: `${firstName} ${lastName}`,
      given_name: firstName,
      family_name: lastName,
      username,
    }),
    ...(granted.includes('email') && { email, email_verified: true }),
  }
}
