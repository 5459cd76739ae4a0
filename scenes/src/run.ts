import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  type DoctorCommand,
  doctorFromSource,
  doctorFromTarballs,
  type ReportedCause,
  type ReportedDiagnosis,
} from './doctor.ts'
import { installDependencies } from './install.ts'
import { fill, play } from './play.ts'
import { expectedFix, withPlaceholdersFilled } from './printed-fix.ts'
import type { Scene } from './scene.ts'
import { isQuick, scenes } from './scenes.ts'

/**
 * `npm run doctor:scenes`: each broken server is examined; the doctor must name the one root cause. Where it prints lines that mend it, they are
 * put in as printed, and the doctor must have nothing to mend any more. `-- TEXT` plays those alone whose name contains it; `-- --short` those that
 * start at once.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { source: { type: 'boolean' }, record: { type: 'boolean' }, short: { type: 'boolean' } },
})
const [wanted = ''] = positionals
const chosen = scenes.filter((scene) => scene.name.includes(wanted) && (values.short !== true || isQuick(scene)))
const work = join(import.meta.dirname, '..', '.work')
mkdirSync(work, { recursive: true })
const folder = mkdtempSync(join(work, 'doctor-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

installDependencies()
const doctor = values.source === true ? doctorFromSource() : doctorFromTarballs(folder)
const rows: Row[] = []
for (const scene of chosen) {
  const row = await rowOf(scene, doctor)
  rows.push(row)
  console.log(line(row))
}
const failed = rows.filter(({ problem }) => problem !== undefined)
console.log(summary())
if (values.record === true) record()
process.exitCode = failed.length === 0 ? 0 : 1

interface Row {
  scene: Scene
  saw: string
  requests: number
  milliseconds: number
  isMended: boolean
  /** What is not as it must be. */
  problem: string | undefined
}

async function rowOf(scene: Scene, examine: DoctorCommand): Promise<Row> {
  const row: Row = { scene, saw: '', requests: 0, milliseconds: 0, isMended: false, problem: undefined }
  try {
    const server = await play(scene)
    try {
      const before = await examine(server.place.target)
      Object.assign(row, { saw: sawOf(before), requests: before.requests, milliseconds: before.milliseconds })
      row.problem = whyWrong(scene, before)
      const fix = before.causes[0]?.fix
      row.problem ??= whyUntold(scene, fix)
      if (row.problem !== undefined || scene.fixed === undefined) return row
      const expected = expectedFix(scene, server.place.target)
      if (fix?.code === undefined) return { ...row, problem: 'the doctor has no lines that mend it' }
      if (fix.title !== expected?.title || fix.code.file !== expected.file)
        return { ...row, problem: `another fix is printed: ${fix.title} (${fix.code.file})` }
      const fills = Object.entries(scene.fills ?? {}).map(([held, value]) => [held, fill(value, server.place)] as const)
      await server.mend(scene.fixed, withPlaceholdersFilled(fix.code.text, Object.fromEntries(fills)))
      const after = await examine(server.place.target)
      const left = whyNotGreen(after)
      return { ...row, isMended: left === undefined, problem: left && `its fix does not mend it: ${left}` }
    } finally {
      await server.stop()
    }
  } catch (error) {
    return { ...row, problem: error instanceof Error ? error.message : String(error) }
  }
}

function whyWrong({ cause, hides = [] }: Scene, report: ReportedDiagnosis): string | undefined {
  if (cause === undefined) return whyNotGreen(report)
  if (codesOf(report.causes) !== cause)
    return `the cause is ${cause}, but the doctor says: ${codesOf(report.causes) || 'nothing'}`
  if (codesOf(report.hidden) !== hides.join(', '))
    return `behind it is ${hides.join(', ') || 'nothing'}, but the doctor says: ${codesOf(report.hidden) || 'nothing'}`
  if (report.requests > 60) return `${report.requests} requests`
  return report.milliseconds > 15_000 ? `${report.milliseconds} ms` : undefined
}

/** Where nothing can be pasted: what the steps must say is said, and no lines stand beside it. */
function whyUntold({ told }: Scene, fix: ReportedCause['fix']): string | undefined {
  if (told === undefined) return undefined
  if (fix?.code !== undefined) return `lines are printed where steps are due: ${fix.title}`
  const said = [fix?.title ?? '', ...(fix?.steps ?? [])].join(' ')
  return told.test(said) ? undefined : `the fix does not say ${told}: ${said || 'nothing'}`
}

function whyNotGreen({ causes, clients }: ReportedDiagnosis): string | undefined {
  if (causes.length > 0) return `the doctor says ${causes.map(({ code }) => code).join(', ')}`
  const stopped = clients.filter(({ verdict }) => verdict === 'stops').map(({ id }) => id)
  return stopped.length === 0 ? undefined : `${stopped.join(', ')} stop`
}

function sawOf({ causes, hidden }: ReportedDiagnosis): string {
  return `${codesOf(causes)}${hidden.length === 0 ? '' : `, then ${codesOf(hidden)}`}`
}

function codesOf(causes: ReportedDiagnosis['causes']): string {
  return causes.map(({ code }) => code).join(', ')
}

function line({ scene, saw, requests, milliseconds, isMended, problem }: Row): string {
  const cells = [
    problem === undefined ? 'ok    ' : 'FAILED',
    scene.name.padEnd(36),
    saw.padEnd(40),
    `${requests} requests`,
    `${milliseconds} ms`,
  ]
  const mended = isMended ? ', mended as printed' : ''
  return `${cells.join('  ')}${mended}${problem === undefined ? '' : `\n        ${problem}`}`
}

function summary(): string {
  const broken = rows.filter(({ scene }) => scene.cause !== undefined)
  const requests = rows.map((row) => row.requests)
  return `\n${broken.length} broken servers, ${rows.length - broken.length} sound ones, ${rows.filter(({ isMended }) => isMended).length} fixes applied as printed; at most ${Math.max(...requests)} requests; ${rows.length - failed.length} passed, ${failed.length} failed`
}

function record(): void {
  const date = new Date().toISOString().slice(0, 10)
  const table = rows.map(
    ({ scene, saw, requests, milliseconds, isMended, problem }) =>
      `| ${scene.name} | ${scene.wrong} | ${saw || 'nothing to mend'} | ${isMended ? 'yes' : ''} | ${requests} | ${milliseconds} | ${problem ?? ''} |`,
  )
  const head =
    '| Scene | What is wrong | What the doctor says | Mended as printed | Requests | ms | |\n|---|---|---|---|---|---|---|'
  const results = join(import.meta.dirname, '..', 'results')
  mkdirSync(results, { recursive: true })
  writeFileSync(join(results, `${date}.md`), `# Scenes, ${date}\n\n${head}\n${table.join('\n')}\n${summary()}\n`)
}
