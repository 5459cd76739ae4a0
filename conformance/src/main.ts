import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fromSource, fromTarballs } from './portcullis.ts'
import { formatReport, problemsOf, type Report } from './report.ts'
import { testGateway, testLibrary } from './subjects.ts'

/** Runs everything and prints the report; resolves to the exit code. */
export async function main(args: string[]): Promise<number> {
  const { values: options } = parseArgs({ args, options: { source: { type: 'boolean' }, json: { type: 'boolean' } } })
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-conformance-'))
  try {
    const portcullis = options.source ? fromSource() : fromTarballs(folder)
    const subject = { portcullis, folder, say: (line: string) => console.error(line) }
    const library = await testLibrary(subject)
    const gateway = await testGateway(subject)
    const report: Report = { ...gateway, authorization: [...library, ...gateway.authorization] }
    const problems = problemsOf(report)
    console.log(options.json ? JSON.stringify({ ...report, problems }, undefined, 2) : formatReport(report))
    return problems.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
