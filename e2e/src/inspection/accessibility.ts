import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Everything that axe finds: WCAG 2.2, A and AA, and its best practices; nothing is excepted. What it cannot tell is no fault. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(`${source};0`)
  const violations = await page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe // put there by its own source
    const results = await run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'],
      rules: { 'target-size': { enabled: true } },
      resultTypes: ['violations'],
    })
    return results.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      at: nodes.map(({ html }) => html.slice(0, 120)),
    }))
  })
  return violations.map(({ id, help, at }) => `axe: ${help} (${id}) at ${at.join(' and ')}`)
}
