import type { Command } from 'commander'
import type { Configuration } from '../config/configuration.ts'
import { loadConfiguration } from '../config/load.ts'
import { type Override, overrides } from '../config/overrides.ts'
import { descriptionAt } from '../config/schema-walk.ts'
import type { Io } from '../io.ts'

/** Lets a command take settings: all that have a flag, or only those at `paths`. */
export function takeSettings(command: Command, paths?: readonly string[]): Command {
  command.option('--config <file>', 'The configuration file. Default: portcullis.yaml, where there is one.')
  for (const override of overrides)
    if (paths === undefined || paths.includes(override.path.join('.')))
      command.option(override.flag, describe(override))
  return command
}

/** Lets a command about the database of a server say which. */
export function takeDatabase(command: Command): Command {
  return takeSettings(command, ['database', 'publicUrl', 'listen.port']).option('--json', 'Print JSON.')
}

/** Shows how a command is called, each in one line without the program's name. */
export function showExamples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  portcullis ${line}\n`).join('')}`)
}

/** The configuration of a command that takes settings. */
export function configurationOf(command: Command, { environment, folder }: Io): Configuration {
  return loadConfiguration({ flags: command.opts(), environment, folder })
}

function describe({ path }: Override): string {
  return descriptionAt(path).replaceAll('`', '')
}
