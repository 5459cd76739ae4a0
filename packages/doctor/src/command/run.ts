import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { diagnose } from '../diagnose.ts'
import type { Diagnosis } from '../diagnosis.ts'
import { exitCodeOf, exitCodes } from '../exit-code.ts'
import { harmless, harmlessJson } from '../render/harmless.ts'
import { reportOf } from '../render/report.ts'
import { createStyle } from '../render/style.ts'
import { renderText } from '../render/text.ts'
import { diagnoseSaved, parseSaved, type SavedEvidence } from '../saved.ts'
import { help } from './help.ts'
import { type Command, parseCommand } from './parse-command.ts'
import { showProgress } from './progress.ts'
import { saveReport } from './save-report.ts'

/** What a command is given of the world: tests give their own. */
export interface DoctorIo {
  stdout: DoctorOutput
  stderr: DoctorOutput
  environment: Readonly<Record<string, string | undefined>>
  /** Where files that are named are looked for. Default: the folder of the process. */
  folder?: string
}

export interface DoctorOutput {
  write(text: string): unknown
  /** Whether a person sits in front of it. */
  isTTY?: boolean
  columns?: number
}

/** Runs `portcullis doctor` with the words behind it, and resolves to its exit code. Never throws. */
export async function run(argv: readonly string[], io: DoctorIo): Promise<number> {
  try {
    return await obey(parseCommand(argv), io)
  } catch (error) {
    if (error instanceof UsageError) return refuse(error.message, io)
    io.stderr.write(
      `The doctor failed: ${harmless(error instanceof Error ? error.message : String(error))}\nThis is a fault of the doctor, not of the server: tell us.\n`,
    )
    return exitCodes.failed
  }
}

async function obey(command: Command, io: DoctorIo): Promise<number> {
  switch (command.kind) {
    case 'help':
      io.stdout.write(help)
      return exitCodes.allConnect
    case 'wrong':
      return refuse(`${command.why}\nRun portcullis doctor --help to see what there is.`, io)
    case 'ask':
    case 'read':
      return examine(command, io)
    default:
      return command satisfies never
  }
}

function refuse(why: string, { stderr }: DoctorIo): number {
  stderr.write(`${harmless(why)}\n`)
  return exitCodes.wrongUsage
}

type Examination = Extract<Command, { kind: 'ask' | 'read' }>

async function examine(command: Examination, io: DoctorIo): Promise<number> {
  const diagnosis = await diagnosisOf(command, io)
  const { isJson, isVerbose, isColored, save } = command
  const json = `${harmlessJson(reportOf(diagnosis))}\n`
  const unsaved = save === undefined ? undefined : await whyUnsaved(fileIn(save, io), json)
  if (isJson) io.stdout.write(json)
  else {
    const style = createStyle({ isColored: isColored ?? wantsColor(io) })
    const width = widthOf(io)
    io.stdout.write(renderText(diagnosis, { style, width, isVerbose, isRecorded: command.kind === 'read' }))
  }
  // What was asked for is shown all the same: asking again may show something else.
  return unsaved === undefined ? exitCodeOf(diagnosis) : refuse(`The report cannot be saved: ${unsaved}`, io)
}

async function diagnosisOf(command: Examination, io: DoctorIo): Promise<Diagnosis> {
  const { clients } = command
  if (command.kind === 'read') return diagnoseSaved(await readReport(fileIn(command.file, io)), clients)
  const progress = showProgress(io.stderr, { isQuiet: command.isJson })
  const { url, deadline } = command
  return diagnose(url, { profiles: clients, deadline, onProgress: progress.tell }).finally(progress.end)
}

/** Something that the person at the command line can put right. */
class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Bytes. The doctor writes a few MiB at the most. */
const longestReport = 64 * 1024 * 1024

async function readReport(file: string): Promise<SavedEvidence> {
  try {
    return parseSaved(await readText(file))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`${file} cannot be read as a saved report: ${why}`, { cause })
  }
}

/** Read as it comes: a pipe does not say beforehand how long it is. */
async function readText(file: string): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of createReadStream(file)) {
    length += chunk.length
    if (length > longestReport) throw new TypeError('it is larger than 64 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function whyUnsaved(file: string, json: string): Promise<string | undefined> {
  try {
    await saveReport(file, json)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function fileIn(name: string, { folder = '.' }: DoctorIo): string {
  return resolve(folder, name)
}

/** NO_COLOR and FORCE_COLOR, as terminals' programs agree on them. */
function wantsColor({ stdout, environment }: DoctorIo): boolean {
  if (environment.NO_COLOR !== undefined && environment.NO_COLOR !== '') return false
  if (environment.FORCE_COLOR !== undefined) return environment.FORCE_COLOR !== '0'
  return stdout.isTTY === true && environment.TERM !== 'dumb'
}

/** Lines that are too long are hard to read, and some terminals say that they have no width at all. Of a pipe only COLUMNS tells. */
function widthOf({ stdout, environment }: DoctorIo): number {
  const columns = stdout.columns || Number(environment.COLUMNS) || 80
  return Math.max(40, Math.min(columns, 100))
}
