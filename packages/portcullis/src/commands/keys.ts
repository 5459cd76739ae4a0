import type { Command } from 'commander'
import type * as z from 'zod'
import {
  listKeysOperation,
  retireKeyOperation,
  revokeKeysOperation,
  rotateKeysOperation,
} from '../administration/operations/keys.ts'
import type { Io } from '../io.ts'
import { withDatabase } from './database.ts'
import { showExamples, takeDatabase } from './options.ts'
import { formatTable, formatTime, printJson } from './output.ts'

/** `portcullis keys …` */
export function addKeysCommand(program: Command, io: Io): void {
  const keys = program.command('keys').description('See the keys that tokens are signed with, and change them.')
  addList(keys, io)
  addRotate(keys, io)
  addRetire(keys, io)
}

function addList(keys: Command, io: Io): void {
  const command = keys.command('list').description('List the signing keys that are published.')
  showExamples(takeDatabase(command), 'keys list', 'keys list --json').action((_, command: Command) =>
    withDatabase(command, io, async ({ perform }) => show(await perform(listKeysOperation, {}), command, io)),
  )
}

function addRotate(keys: Command, io: Io): void {
  const command = keys
    .command('rotate')
    .option('--now', 'For a key that somebody else may have: take back all keys at once.')
    .summary('Let another key sign.')
    .description(
      'Publish the next key now, so that it signs in a day (signingKeys.publishedBefore); no token is broken. With --now all keys are taken back at once: access tokens and ID tokens issued so far are refused within 5 seconds, here and by MCP servers elsewhere that read the revocation feed (others: when they read the keys again; with this library, within ten minutes), clients refresh them by themselves, and nobody signs in anew. Running servers see it within a second.',
    )
  showExamples(takeDatabase(command), 'keys rotate', 'keys rotate --now').action((_, command: Command) =>
    withDatabase(command, io, async ({ perform }) => {
      const isCompromised = command.opts<{ now?: boolean }>().now === true
      show(await perform(isCompromised ? revokeKeysOperation : rotateKeysOperation, {}), command, io)
      if (isCompromised && !command.opts().json)
        io.stdout.write(
          'Within 5 seconds tokens issued so far are refused; clients refresh them by themselves, and nobody signs in anew.\n',
        )
    }),
  )
}

function addRetire(keys: Command, io: Io): void {
  const command = keys
    .command('retire')
    .argument('<key>', 'its id, as "keys list" shows it')
    .summary('Take back a key that does not sign.')
    .description(
      'Take back a key that does not sign: a retired one before its time, whose last tokens are refused then, or the next one.',
    )
  showExamples(takeDatabase(command), 'keys retire 5Jz0c2y8QmS1').action((kid: string, _, command: Command) =>
    withDatabase(command, io, async ({ perform }) =>
      show(await perform(retireKeyOperation, { key: kid }), command, io),
    ),
  )
}

type Shown = z.output<typeof listKeysOperation.output>[number]

function show(keys: readonly Shown[], command: Command, { stdout }: Io): void {
  if (command.opts().json) {
    printJson(stdout, keys)
    return
  }
  const rows = keys.map(({ kid, alg, state, createdAt, signsFrom, publishedUntil }) => [
    kid,
    alg,
    state,
    formatTime(createdAt),
    signsFrom === undefined ? '' : formatTime(signsFrom),
    publishedUntil === undefined ? '' : formatTime(publishedUntil),
  ])
  const names = ['KEY', 'ALGORITHM', 'STATE', 'MADE (UTC)', 'SIGNS FROM (UTC)', 'PUBLISHED UNTIL (UTC)']
  stdout.write(formatTable(names, rows))
}
