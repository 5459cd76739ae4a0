import type { Attack } from '../attack.ts'
import { accountPageAttacks } from './account-pages.ts'
import { administrationAttacks } from './administration.ts'
import { bridgeAttacks } from './bridge.ts'
import { emailAttacks } from './email.ts'
import { enumerationAttacks } from './enumeration.ts'
import { markupAttacks } from './markup.ts'
import { roleAttacks } from './roles.ts'

/** What is tried on the accounts, identity providers and administration of ours. */
export const ourAttacks: readonly Attack[] = [
  ...bridgeAttacks,
  ...emailAttacks,
  ...accountPageAttacks,
  ...markupAttacks,
  ...enumerationAttacks,
  ...administrationAttacks,
  ...roleAttacks,
].map((attack) => ({ ...attack, isOfOurs: true }))
