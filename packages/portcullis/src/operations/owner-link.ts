import { existsSync, rmSync } from 'node:fs'
import { hasOwner } from '../accounts/accounts.ts'
import type { AccountsContext } from '../accounts/context.ts'
import { formatLink, issueLink } from '../accounts/links.ts'
import { isPostgresUrl } from '../config/database-url.ts'
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

/** Puts the link in the place of one that was kept, which it has ended. */
export function renewOwnerLink(link: string, database: string): void {
  if (!isPostgresUrl(database) && existsSync(ownerLinkFile(database))) keepOwnerLink(link, database)
}

/** Removes a link that was kept, once it works no more. */
export function dropOwnerLink(database: string): void {
  if (isPostgresUrl(database)) return
  try {
    rmSync(ownerLinkFile(database), { force: true })
  } catch {
    // Whoever put it there with other rights must take it away: it opens nothing any more, and is no reason to stop.
  }
}

function ownerLinkFile(database: string): string {
  return besideDatabase(database, 'owner-link')
}
