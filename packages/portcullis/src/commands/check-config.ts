import type { Command } from 'commander'
import { shownConfiguration } from '../administration/settings.ts'
import { whyNotReached } from '../config/listening.ts'
import { requireUpstream } from '../config/load.ts'
import { shownUpstream } from '../gateway/shown-upstream.ts'
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
    const { file } = configuration
    const notReached = whyNotReached(configuration)
    if (notReached !== undefined) io.stderr.write(`Warning: ${notReached}.\n`)
    // Not there yet: the identity provider gives it for the callback URL that stands below.
    for (const missing of missingClientSecrets(configuration, io.environment))
      io.stderr.write(`Warning: ${missing}. Without it the server does not start.\n`)
    if (command.opts().json) return printJson(io.stdout, shownConfiguration(configuration))
    io.stdout.write(
      `The configuration stands${file === undefined ? '' : ` (${file})`}: ${configuration.mcpServers
        .map(({ publicUrl, upstream }) => `${publicUrl} in front of ${shownUpstream(upstream)}`)
        .join(', ')}\n`,
    )
    const isRegistrationOpen = loadInitialAccessTokens(io.environment).length === 0
    for (const [name, what] of inForce(configuration, { isRegistrationOpen })) io.stdout.write(`  ${name}: ${what}\n`)
  })
}
