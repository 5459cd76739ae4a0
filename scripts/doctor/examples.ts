import { profiles } from '@portcullis/clients'
import { conclude } from '../../packages/doctor/src/conclude.ts'
import { gatherEvidence } from '../../packages/doctor/src/evidence/evidence.ts'
import { examine } from '../../packages/doctor/src/examine.ts'
import { createStyle } from '../../packages/doctor/src/render/style.ts'
import { renderText } from '../../packages/doctor/src/render/text.ts'
import { exampleAnswer, exampleTarget } from './example-server.ts'

/** The pages in which the doctor's words stand, and of which clients they speak there. */
export const pagesWithExamples = ['README.md', 'docs/doctor.md']

/** A page with the words that the doctor has today where `<!-- doctor: … -->` stands before a block: `all` clients and the whole report, or the
 * beginning of a report on some. */
export async function withExamples(page: string): Promise<string> {
  const blocks = page.matchAll(exampleBlock)
  let written = page
  for (const [whole, head = '', which = ''] of blocks)
    written = written.replace(whole, () => `${head}${outputs[which]}\`\`\``)
  return written
}

const exampleBlock = /(<!-- doctor: (\w+) -->\n```text\n)[^`]*```/g

const outputs: Readonly<Record<string, string>> = {
  all: await reportOn(profiles.map(({ id }) => id)),
  some: beginningOf(await reportOn(['claude', 'claude-code', 'chatgpt', 'codex', 'vscode', 'gemini-cli'])),
}

async function reportOn(ids: readonly string[]): Promise<string> {
  const send = async (request: Parameters<typeof exampleAnswer>[0]) => exampleAnswer(request)
  const evidence = gatherEvidence({ target: exampleTarget, mostRequests: 60, send })
  const those = profiles.filter(({ id }) => ids.includes(id))
  await examine(evidence, those)
  const concluded = await conclude(evidence, those)
  const diagnosis = { ...concluded, at: '2026-01-01T00:00:00.000Z', milliseconds: 700 }
  return renderText(diagnosis, { style: createStyle({ isColored: false }), width: 80, isVerbose: false })
}

/** Up to the title of the fix. */
function beginningOf(report: string): string {
  return `${report.replace(/\n {2}Why: [\s\S]*/, '')}\n  …\n`
}
