import { mkdir, writeFile } from 'node:fs/promises'
import { launchBrowser, whyNoBrowser } from './browser.ts'
import { workFolder } from './folders.ts'
import { parseOptions } from './options.ts'
import { packedProgram, sourceProgram } from './program-under-test.ts'
import { record } from './record.ts'
import { formatReport, type PartReport, verdictOf } from './report.ts'
import { preparePart, runPart, skipPart } from './run-part.ts'

/** Runs what the command line asks for, prints the report, and returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv)
  const began = performance.now()
  await mkdir(workFolder, { recursive: true })
  const missing = whyNoBrowser()
  const reports: PartReport[] = []
  let browserVersion = ''
  let from = ''
  if (missing !== undefined) reports.push(...options.plan.flat().map((part) => skipPart(part, missing)))
  else {
    const program = options.isFromSource ? sourceProgram() : packedProgram()
    from = program.from
    const browser = await launchBrowser()
    browserVersion = browser.version()
    try {
      for (const parts of options.plan) {
        // One after the other, as they take all of the machine; what follows is mostly waiting.
        const prepared = []
        for (const part of parts) prepared.push({ part, upstream: await preparePart(part) })
        const running = prepared.map(async ({ part, upstream }) =>
          'report' in upstream ? upstream.report : runPart(part, { upstream, program, browser }),
        )
        reports.push(...(await Promise.all(running)))
      }
    } finally {
      await browser.close()
    }
  }

  const seconds = Math.round((performance.now() - began) / 1000)
  const report = formatReport(reports, { from, browserVersion, seconds })
  console.log(report)
  if (options.isRecorded) console.error(`Recorded in ${await record(report)}`)
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(reports, undefined, 2)}\n`)
  const verdict = verdictOf(reports)
  return verdict === 'failed' || (verdict === 'skipped' && process.env.CI === 'true') ? 1 : 0
}
