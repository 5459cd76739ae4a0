import type { Command } from 'commander'
import { requireUpstream } from '../config/load.ts'
import type { Io } from '../io.ts'
import { configurationOf, takeSettings } from './options.ts'

/** `portcullis serve` */
export function addServeCommand(program: Command, io: Io): void {
  takeSettings(program.command('serve').description('Stand in front of an MCP server.')).action(
    async (_, command: Command) => {
      const configuration = requireUpstream(configurationOf(command, io))
      // Loaded only here, so that the other commands start at once.
      const [{ runServer }, { serve }] = await Promise.all([
        import('../operations/run-server.ts'),
        import('../serve.ts'),
      ])
      await runServer(configuration, io, serve)
    },
  )
}
