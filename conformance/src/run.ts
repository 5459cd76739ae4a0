import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fromSource, fromTarballs } from './portcullis.ts'
import { formatReport, problemsOf, type Report } from './report.ts'
import { testGateway, testLibrary } from './subjects.ts'

/**
 * `node conformance/src/run.ts [--source] [--json]`: the official suite against the library's authorization server, and through the gateway. Packs
 * and installs the packages as users get them; `--source` takes the sources. Exits with 1 when anything that passes without Portcullis fails with it.
 */
const { values: options } = parseArgs({ options: { source: { type: 'boolean' }, json: { type: 'boolean' } } })

const folder = mkdtempSync(join(tmpdir(), 'portcullis-conformance-'))
try {
  const portcullis = options.source ? fromSource() : fromTarballs(folder)
  const subject = { portcullis, folder, say: (line: string) => console.error(line) }
  const library = await testLibrary(subject)
  const { server, authorization } = await testGateway(subject)
  const report: Report = { server, authorization: [...library, ...authorization] }
  const problems = problemsOf(report)
  console.log(options.json ? JSON.stringify({ ...report, problems }, undefined, 2) : formatReport(report))
  process.exitCode = problems.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
