import type { Command } from 'commander'
import { whyNotReached } from '../config/listening.ts'
import { requireUpstream } from '../config/load.ts'
import { redactedUpstream, shownUpstream } from '../gateway/shown-upstream.ts'
import type { Io } from '../io.ts'
import { missingClientSecrets } from '../operations/configured-identity-providers.ts'
import { loadInitialAccessTokens } from '../operations/secrets.ts'
import { inForce } from './in-force.ts'
import { configurationOf, showExamples, takeSettings } from './options.ts'
import { printJson } from './output.ts'

/** `portcullis check-config` */
export function addCheckConfigCommand(program: Command, io: Io): void {
  const command = program
    .command('check-config')
    .description('Say whether the configuration can stand, and what it lets happen, without starting anything.')
  showExamples(
    takeSettings(command).option('--json', 'Print the whole configuration, defaults included.'),
    'check-config',
    'check-config --config portcullis.yaml --json',
  ).action(async (_, command: Command) => {
    const configuration = requireUpstream(await configurationOf(command, io))
    const { publicUrl, file } = configuration
    const upstream = redactedUpstream(configuration.upstream) // its query or its environment may have a key of the MCP server (law 11)
    const notReached = whyNotReached(configuration)
    if (notReached !== undefined) io.stderr.write(`Warning: ${notReached}.\n`)
    // Not there yet: the identity provider gives it for the callback URL that stands below.
    for (const missing of missingClientSecrets(configuration, io.environment))
      io.stderr.write(`Warning: ${missing}. Without it the server does not start.\n`)
    if (command.opts().json) return printJson(io.stdout, { ...configuration, upstream })
    io.stdout.write(
      `The configuration stands${file === undefined ? '' : ` (${file})`}: ${publicUrl} in front of ${shownUpstream(configuration.upstream)}\n`,
    )
    const isRegistrationOpen = loadInitialAccessTokens(io.environment).length === 0
    for (const [name, what] of inForce(configuration, { isRegistrationOpen })) io.stdout.write(`  ${name}: ${what}\n`)
  })
}
