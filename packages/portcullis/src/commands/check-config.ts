import type { Command } from 'commander'
import { requireUpstream } from '../config/load.ts'
import type { Io } from '../io.ts'
import { configurationOf, takeSettings } from './options.ts'
import { printJson } from './output.ts'

/** `portcullis check-config` */
export function addCheckConfigCommand(program: Command, io: Io): void {
  takeSettings(
    program.command('check-config').description('Say whether the configuration can stand, without starting anything.'),
  )
    .option('--json', 'Print the whole configuration, defaults included.')
    .action((_, command: Command) => {
      const configuration = requireUpstream(configurationOf(command, io))
      if (command.opts().json) return printJson(io.stdout, configuration)
      const { publicUrl, upstream, file } = configuration
      io.stdout.write(
        `The configuration stands${file === undefined ? '' : ` (${file})`}: ${publicUrl} in front of ${upstream}\n`,
      )
    })
}
