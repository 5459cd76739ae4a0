import { Command, CommanderError } from 'commander'
import { EndedCommand } from './commands/ended-command.ts'
import { addServeCommand } from './commands/serve.ts'
import { ConfigurationError } from './config/problems.ts'
import type { Io } from './io.ts'
import { OperatorError } from './operations/operator-error.ts'
import { versionOf } from './version.ts'

export type { Io, Output } from './io.ts'

/** What `run` resolves to; `--help` lists them. */
export const exitCodes = { done: 0, refused: 1, wrongUsage: 2, failed: 70 } as const

/**
 * Runs one command line, without the names of program and script, and resolves to its exit code. Never throws: what went wrong stands on
 * standard error, a cause and a next step, and a stack only where `PORTCULLIS_DEBUG` is set.
 */
export async function run(argv: readonly string[], io: Io = processIo()): Promise<number> {
  try {
    const program = await createProgram(argv, io)
    await program.parseAsync([...argv], { from: 'user' })
    return exitCodes.done
  } catch (error) {
    return explain(error, io)
  }
}

function processIo(): Io {
  const { stdin, stdout, stderr, env } = process
  return {
    ...(stdin.isTTY && stdout.isTTY && { ask }),
    stdout,
    stderr,
    environment: env,
    folder: process.cwd(),
    signals: process,
    exit: (code) => process.exit(code),
  }
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  // Whoever closes the terminal, or ends the input, has said no.
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
  try {
    return await Promise.race([terminal.question(question), closed])
  } finally {
    terminal.close()
  }
}

async function createProgram([command]: readonly string[], io: Io): Promise<Command> {
  const program = new Command('portcullis')
    .description('OAuth in front of MCP servers, so that every MCP client can connect.')
    .version(versionOf(), '-V, --version', 'Print the version.')
    .helpOption('-h, --help', 'Explain a command.')
    .helpCommand('help [command]', 'Explain a command.')
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showHelpAfterError('Run with --help to see what there is.')
    .exitOverride()
    .addHelpText('after', examples)
  addServeCommand(program, io)
  // A server starts, and stands, without what all others are made of.
  if (command !== 'serve') (await import('./commands/beside-server.ts')).addCommandsBesideServer(program, io)
  return program
}

const examples = `
Examples:
  portcullis serve --upstream http://localhost:3000/mcp
  portcullis serve --upstream http://localhost:3000/mcp --public-url https://mcp.example.com/mcp
  portcullis serve --upstream http://localhost:3000/mcp --dev
  portcullis init
  portcullis users invite --for "Ada Lovelace"
  portcullis users disable ada
  portcullis users role ada operator
  portcullis grants list --user ada
  portcullis consents list --user ada
  portcullis clients create --redirect-uri https://agent.example/callback
  portcullis attempts list
  portcullis keys rotate
  portcullis audit verify
  portcullis check-config --config portcullis.yaml
  portcullis doctor https://mcp.example.com/mcp
  portcullis dev --resource http://localhost:3000/mcp

Each command explains itself: portcullis users invite --help. Users, grants,
consents, clients, attempts, keys, tokens, links and the audit log are those of
the database in the current folder, or of --database PLACE, with a server
running on it or not.

Settings also come from portcullis.yaml and from PORTCULLIS_* variables;
portcullis check-config --json shows all of them as they stand.

Exit codes: 0 done; 1 refused, with the reason; 2 wrong command line or
configuration; 70 a fault of Portcullis itself.
`

function explain(error: unknown, { stderr, environment }: Io): number {
  if (error instanceof EndedCommand) return error.exitCode
  const debug = environment.PORTCULLIS_DEBUG !== undefined && environment.PORTCULLIS_DEBUG !== ''
  if (debug && error instanceof Error && !(error instanceof CommanderError)) stderr.write(`${error.stack}\n`)
  // Commander has said what there is to say itself; help and version end a command line well.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUsage
  if (error instanceof ConfigurationError) {
    stderr.write(`The configuration cannot stand:\n${error.message.replace(/^/gm, '  ')}\n`)
    return exitCodes.wrongUsage
  }
  if (error instanceof OperatorError) {
    stderr.write(`${error.message}.\n${error.nextStep}\n`)
    return exitCodes.refused
  }
  stderr.write(
    `Something went wrong that should not: ${error instanceof Error ? error.message : 'no reason given'}\nSet PORTCULLIS_DEBUG=1 to see where, and tell us.\n`,
  )
  return exitCodes.failed
}
