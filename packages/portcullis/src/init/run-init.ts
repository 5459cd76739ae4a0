import { EndedCommand } from '../commands/ended-command.ts'
import { printJson } from '../commands/output.ts'
import type { Io } from '../io.ts'
import { askDoctor, type Checkable, devIssuer, howToCheck, ServerDidNotStart } from './check-server.ts'
import { examine, type Outcome } from './examine.ts'
import { jsonOf } from './json.ts'
import { nextSteps } from './next-steps.ts'
import { type Project, packageOf } from './project.ts'
import { textOfOutcome } from './text.ts'
import { writeChanges } from './write-changes.ts'

export interface InitOptions {
  file: string | undefined
  resource: string | undefined
  issuer: string | undefined
  /** What every request needs. */
  scopes: readonly string[]
  /** Where the server runs already. */
  url: string | undefined
  isWritten: boolean
  isDry: boolean
  isJson: boolean
  isChecked: boolean
}

/** Shows what is to be done in the folder, does it where it is told to, and asks the doctor. Throws `OperatorError`, or `EndedCommand` with 1. */
export async function runInit(options: InitOptions, io: Io): Promise<void> {
  const { file, resource, issuer = devIssuer, scopes, isJson } = options
  const { project, outcome } = examine(io.folder, { file, resource, issuer, scopes })
  if (!isJson) io.stdout.write(textOfOutcome(outcome, project))
  const isWritten = outcome.kind === 'ready' && (await isWanted(options, io))
  if (isWritten) writeChanges(project.folder, outcome.changes)
  const checkable = await whatToCheck(outcome, project, { ...options, isWritten })
  const next = nextSteps(outcome, project, { isWritten, checkable })
  if (!isJson) io.stdout.write(next.now)
  const doctor =
    checkable === undefined || checkable.kind === 'not'
      ? undefined
      : await doctorFor(checkable, outcome, project, { io, isJson })
  if (isJson)
    printJson(io.stdout, {
      ...jsonOf(outcome, project, { isWritten }),
      next: next.commands,
      ...(doctor !== undefined && { doctor: doctor.report }),
    })
  if (!isJson) io.stdout.write(next.afterwards)
  if (outcome.kind === 'unsure') throw new EndedCommand(1)
  if (doctor !== undefined && doctor.code !== 0) throw new EndedCommand(1)
}

async function isWanted({ isWritten, isDry, isJson }: InitOptions, { ask }: Io): Promise<boolean> {
  if (isWritten || isDry || isJson || ask === undefined) return isWritten
  return /^y(?:es)?$/i.test((await ask('Write this? [y/N] ')).trim())
}

/** `undefined` where there is nothing to ask about. */
async function whatToCheck(
  outcome: Outcome,
  project: Project,
  { url, isChecked, isWritten }: InitOptions,
): Promise<Checkable | undefined> {
  if (outcome.kind === 'protected') return url === undefined ? undefined : { kind: 'url', url }
  if (outcome.kind !== 'ready' || !isWritten) return undefined
  if (!isChecked) return { kind: 'not', why: '--no-doctor' }
  return howToCheck({ ...project, ...packageOf(project, outcome.facts.file) }, outcome.settings, { url })
}

async function doctorFor(
  checkable: Exclude<Checkable, { kind: 'not' }>,
  outcome: Outcome,
  project: Project,
  { io, isJson }: { io: Io; isJson: boolean },
): Promise<{ code: number; report: unknown }> {
  let printed = ''
  const stdout = isJson ? { write: (text: string) => (printed += text) } : io.stdout
  const issuer = outcome.kind === 'ready' ? outcome.settings.issuer : ''
  const { folder } = outcome.kind === 'ready' ? packageOf(project, outcome.facts.file) : project
  try {
    const code = await askDoctor(checkable, { folder, issuer, io: { ...io, stdout }, isJson })
    return { code, report: isJson && printed !== '' ? JSON.parse(printed) : undefined }
  } catch (error) {
    if (!(error instanceof ServerDidNotStart)) throw error
    const tail = error.printed.trimEnd().replace(/^/gm, '  ')
    if (!isJson) io.stderr.write(`The server did not start: ${error.message}.\n${tail}\n`)
    return { code: 1, report: { error: `The server did not start: ${error.message}`, printed: error.printed } }
  }
}
