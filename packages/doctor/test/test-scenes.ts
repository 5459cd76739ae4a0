import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../src/diagnose.ts'
import type { Finding, FindingCode } from '../src/findings/finding.ts'
import { textOf } from '../src/findings/finding-texts.ts'
import { requirementOf } from '../src/findings/requirements.ts'
import { severityOf } from '../src/findings/severity.ts'
import { type Changes, startMcpServer } from './mcp-server.ts'

/** What is seen of a changed server, beside other things, and what is told as the root of it all. */
export type Scene = readonly [code: FindingCode, changes: Changes, roots: readonly FindingCode[]]

export function testScenes(scenes: readonly Scene[]): void {
  for (const [code, changes, roots] of scenes) {
    test(`a server that shows ${code} has ${roots.length === 0 ? 'nothing to mend' : `one cause, ${roots}`}`, async () => {
      const { origin } = await startMcpServer(changes)

      const { findings, causes, exchanges } = await diagnose(`${origin}/mcp`)

      assert.ok(codesOf(findings).includes(code), `seen: ${codesOf(findings)}`)
      assert.deepEqual(codesOf(causes.map(({ finding }) => finding)), roots, `seen: ${codesOf(findings)}`)
      const ids = new Set(exchanges.map(({ id }) => id))
      for (const finding of findings) {
        assert.ok(finding.evidence.length > 0 && finding.evidence.every((id) => ids.has(id)), finding.code)
        assert.ok(isExplained(finding, causes), finding.code)
        assertSpeaks(finding)
      }
    })
  }
}

export function codesOf(findings: readonly { code: FindingCode }[]): readonly FindingCode[] {
  return [...new Set(findings.map(({ code }) => code))]
}

/** Whether its words are sentences of a bearable length that say what was seen. */
export function assertSpeaks(finding: Finding): void {
  const { plain, exact } = textOf(finding)
  for (const sentence of [plain, exact]) {
    assert.ok(sentence.length > 0 && sentence.length <= 160, sentence)
    assert.ok(!/undefined|\[object/.test(sentence), sentence)
  }
  assert.ok(Array.isArray(requirementOf(finding.code).ids))
}

function isExplained(finding: Finding, causes: readonly { finding: Finding; symptoms: readonly Finding[] }[]): boolean {
  const isCovered = causes.some((cause) => cause.finding === finding || cause.symptoms.includes(finding))
  return severityOf(finding) !== 'breaks' || isCovered
}
