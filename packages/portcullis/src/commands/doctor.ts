import type { Command } from 'commander'
import type { Io } from '../io.ts'
import { EndedCommand } from './ended-command.ts'

/** `portcullis doctor …`, which is a program of its own: all words behind it are its own, its help too. */
export function addDoctorCommand(program: Command, io: Io): void {
  program
    .command('doctor')
    .description('Say which clients will connect to an MCP server, which will not, why, and the fix.')
    .argument('[url]', 'the URL of the MCP server')
    .usage('[options] <url>')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .addHelpText('after', '\nEverything it can do: portcullis doctor --help')
    .action(async (_url, _options, command: Command) => {
      // Whoever serves needs none of it in memory.
      const { run } = await import('@portcullis/doctor')
      const code = await run(command.args, io)
      if (code !== 0) throw new EndedCommand(code)
    })
}
