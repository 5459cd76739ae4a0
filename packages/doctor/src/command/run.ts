import { parseArgs } from 'node:util'
import { profiles } from '@portcullis/clients'
import { diagnose } from '../diagnose.ts'
import type { Diagnosis } from '../diagnosis.ts'
import { reportOf } from '../render/report.ts'
import { createStyle } from '../render/style.ts'
import { renderText } from '../render/text.ts'
import { help } from './help.ts'
import { showProgress } from './progress.ts'

/** What a command is given of the world: tests give their own. */
export interface DoctorIo {
  stdout: DoctorOutput
  stderr: DoctorOutput
  environment: Readonly<Record<string, string | undefined>>
}

export interface DoctorOutput {
  write(text: string): unknown
  /** Whether a person sits in front of it. */
  isTTY?: boolean
  columns?: number
}

/** What `run` resolves to; the help text lists them. */
export const exitCodes = { allConnect: 0, someStop: 1, wrongUsage: 2, undecided: 3, failed: 70 } as const

/** Runs `portcullis doctor` with the words behind it, and resolves to its exit code. Never throws. */
export async function run(argv: readonly string[], io: DoctorIo): Promise<number> {
  const command = parseCommand(argv)
  if (command.kind === 'help') {
    io.stdout.write(help)
    return exitCodes.allConnect
  }
  if (command.kind === 'wrong') {
    io.stderr.write(`${command.why}\nRun portcullis doctor --help to see what there is.\n`)
    return exitCodes.wrongUsage
  }
  try {
    return await examine(command, io)
  } catch (error) {
    io.stderr.write(
      `The doctor failed: ${error instanceof Error ? error.message : String(error)}\nThis is a fault of the doctor, not of the server: tell us.\n`,
    )
    return exitCodes.failed
  }
}

async function examine({ url, clients, isJson, isVerbose, isColored }: ParsedCommand, io: DoctorIo): Promise<number> {
  const progress = showProgress(io.stderr, { isQuiet: isJson })
  const diagnosis = await diagnose(url, {
    ...(clients !== undefined && { profiles: profiles.filter(({ id }) => clients.includes(id)) }),
    onProgress: progress.tell,
  }).finally(progress.end)
  if (isJson) io.stdout.write(`${JSON.stringify(reportOf(diagnosis), undefined, 2)}\n`)
  else {
    const style = createStyle({ isColored: isColored ?? wantsColor(io) })
    io.stdout.write(renderText(diagnosis, { style, width: Math.min(io.stdout.columns ?? 80, 100), isVerbose }))
  }
  return exitCodeOf(diagnosis)
}

function exitCodeOf({ causes, clients }: Diagnosis): number {
  if (causes.length > 0 || clients.some(({ kind }) => kind === 'stops')) return exitCodes.someStop
  return clients.some(({ kind }) => kind === 'cannot_tell') ? exitCodes.undecided : exitCodes.allConnect
}

/** NO_COLOR and FORCE_COLOR, as terminals' programs agree on them. */
function wantsColor({ stdout, environment }: DoctorIo): boolean {
  if (environment.NO_COLOR !== undefined && environment.NO_COLOR !== '') return false
  if (environment.FORCE_COLOR !== undefined && environment.FORCE_COLOR !== '0') return true
  return stdout.isTTY === true
}

interface ParsedCommand {
  readonly kind: 'examine'
  readonly url: string
  readonly clients: readonly string[] | undefined
  readonly isJson: boolean
  readonly isVerbose: boolean
  readonly isColored: boolean | undefined
}

type Command = ParsedCommand | { readonly kind: 'help' } | { readonly kind: 'wrong'; readonly why: string }

function parseCommand(argv: readonly string[]): Command {
  let parsed: ReturnType<typeof parseWords>
  try {
    parsed = parseWords(argv)
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error))
  }
  const { values, positionals } = parsed
  if (values.help === true) return { kind: 'help' }
  const [url, ...more] = positionals
  if (url === undefined) return wrong('Say which server: portcullis doctor https://mcp.example.com/mcp')
  if (more.length > 0) return wrong(`One server at a time, but there is also "${more[0]}"`)
  const whyNot = whyNotServer(url)
  if (whyNot !== undefined) return wrong(whyNot)
  const clients = values.client?.flatMap((list) => list.split(',')).map((id) => id.trim())
  const unknown = clients?.find((id) => !profiles.some((profile) => profile.id === id))
  if (unknown !== undefined)
    return wrong(`There is no client "${unknown}". There are: ${profiles.map(({ id }) => id).join(', ')}`)
  return {
    kind: 'examine',
    url,
    clients,
    isJson: values.json === true,
    isVerbose: values.verbose === true,
    isColored: values['no-color'] === true ? false : undefined,
  }
}

function parseWords(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      client: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      verbose: { type: 'boolean' },
      'no-color': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

function whyNotServer(url: string): string | undefined {
  if (!URL.canParse(url)) {
    const guess = `https://${url}`
    return `"${url}" is no URL${URL.canParse(guess) ? `; did you mean ${guess} ?` : ''}`
  }
  const { protocol } = new URL(url)
  return protocol === 'https:' || protocol === 'http:'
    ? undefined
    : `A server is asked by http or https, not by "${protocol}"`
}

function wrong(why: string): Command {
  return { kind: 'wrong', why }
}
