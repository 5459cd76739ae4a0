import { rmSync } from 'node:fs'
import { hasOwner } from '../accounts/accounts.ts'
import type { AccountsContext } from '../accounts/context.ts'
import { formatLink, issueLink } from '../accounts/links.ts'
import { replacePrivateFile } from './private-file.ts'
import { besideDatabase } from './secrets.ts'

/** A fresh link for the first owner; `undefined` when there is one. Links made before work no more. */
export async function firstOwnerLink(
  accounts: Pick<AccountsContext, 'store' | 'now'>,
  origin: string,
): Promise<string | undefined> {
  if (await hasOwner(accounts)) return undefined
  return formatLink(origin, 'owner', await issueLink(accounts, { purpose: 'owner' }))
}

/** Puts the link where only whoever runs the program can read it, and returns where that is. For starts without a terminal. */
export function keepOwnerLink(link: string, database: string): string {
  const file = ownerLinkFile(database)
  replacePrivateFile(file, `${link}\n`)
  return file
}

/** Removes a link that was kept, once there is an owner. */
export function dropOwnerLink(database: string): void {
  rmSync(ownerLinkFile(database), { force: true })
}

function ownerLinkFile(database: string): string {
  return besideDatabase(database, 'owner-link')
}
