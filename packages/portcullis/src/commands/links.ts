import { originOf } from '@portcullis/auth/protocol'
import type { Command } from 'commander'
import { recordedPublicUrl } from '../administration/public-url.ts'
import type { GivenLink } from '../administration/users.ts'
import type { Io } from '../io.ts'
import { type DatabaseCommand, withDatabase } from './database.ts'
import { formatTime, printJson } from './output.ts'

/** Opens the database that the command's settings name, and prints the link that `issue` makes, unless it was sent. `consequence`: what its use brings with it. */
export function printLink(
  command: Command,
  io: Io,
  issue: (
    origin: string,
    given: DatabaseCommand,
  ) => Promise<Omit<GivenLink, 'link'> & { link?: string | undefined; sentTo?: string | undefined }>,
  consequence?: string,
): Promise<void> {
  return withDatabase(command, io, async (given) => {
    const { origin, notice } = await whereLinksLead(command, given)
    const issued = await issue(origin, given)
    const { link, expiresAt, id, sentTo } = issued
    if (notice !== undefined) io.stderr.write(`${notice}\n`)
    if (command.opts().json) return printJson(io.stdout, issued)
    if (sentTo !== undefined) io.stderr.write(`Sent to ${sentTo}.\n`)
    if (link !== undefined) io.stdout.write(`${link}\n`)
    const toWhom = link === undefined ? '' : ' Give it to that person alone.'
    io.stderr.write(`It works once, until ${formatTime(expiresAt)} UTC.${toWhom}\n`)
    if (consequence !== undefined) io.stderr.write(`${consequence}\n`)
    if (id !== undefined) io.stderr.write(`To take it back: portcullis users withdraw ${id}\n`)
  })
}

/**
 * As this command line says, or else where the server ran last, or else as is configured: the server may have had options that nobody repeats here.
 * `notice`: what the person who gives the link away must know.
 */
async function whereLinksLead(
  command: Command,
  { administration: { store, configuration } }: DatabaseCommand,
): Promise<{ origin: string; notice?: string }> {
  const { publicUrl, isPublicUrlSet, issuer } = configuration
  if (command.opts<{ publicUrl?: string }>().publicUrl !== undefined) return { origin: issuer }
  const recorded = await recordedPublicUrl(store)
  if (recorded === undefined)
    return {
      origin: issuer,
      ...(!isPublicUrlSet && {
        notice: `No server has said yet where it is, and no public URL is configured: the link supposes ${publicUrl}. Name yours by --public-url URL, or start the server first.`,
      }),
    }
  return {
    origin: originOf(recorded),
    ...(isPublicUrlSet &&
      recorded !== publicUrl && {
        notice: `The server ran last at ${recorded}, where the link leads; ${publicUrl} is configured now. For a link there restart the server, or add --public-url ${publicUrl}`,
      }),
  }
}
