import type { Command } from 'commander'
import { requireUpstream } from '../config/load.ts'
import type { Io } from '../io.ts'
import { configurationOf, showExamples, takeSettings } from './options.ts'

/** `portcullis serve` */
export function addServeCommand(program: Command, io: Io): void {
  const command = program
    .command('serve')
    .summary('Stand in front of an MCP server.')
    .description('Stand in front of an MCP server, until told to stop (Ctrl+C; twice to stop at once).')
  command.showHelpAfterError(
    'Run with --help to see what there is. What --stdio starts stands between quotes: --stdio "npx -y some-server"',
  )
  showExamples(
    takeSettings(command),
    'serve --upstream http://localhost:3000/mcp',
    'serve --upstream http://localhost:3000/mcp --public-url https://mcp.example.com/mcp',
    'serve --upstream http://localhost:3000/mcp --port 7081 --dev',
    'serve --stdio "npx -y some-server"',
    'serve --config /etc/portcullis/portcullis.yaml',
  ).action(async (_, command: Command) => {
    const configuration = requireUpstream(await configurationOf(command, io))
    // Loaded only here, so that the other commands start at once.
    const [{ runServer }, { serve }] = await Promise.all([
      import('../operations/run-server.ts'),
      import('../serve/serve.ts'),
    ])
    await runServer(configuration, io, serve)
  })
}
