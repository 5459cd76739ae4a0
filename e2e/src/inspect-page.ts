import assert from 'node:assert/strict'
import { accessibilityFaults } from './inspection/accessibility.ts'
import { documentFaults } from './inspection/document.ts'
import { fieldFaults } from './inspection/fields.ts'
import { focusFaults } from './inspection/focus.ts'
import { headerFaults } from './inspection/headers.ts'
import { layoutFaults } from './inspection/layout.ts'
import { motionFaults } from './inspection/motion.ts'
import { titleFaults } from './inspection/title.ts'
import { weightFaults } from './inspection/weight.ts'
import type { Person } from './person.ts'
import { keepShot } from './shots.ts'

/** What is expected of a page beside what is demanded of all. */
export interface Expected {
  /** Which page it is, whatever its state: pages of two names must not have one title. */
  name: string
  /** Default: 200. */
  status?: number
}

const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [360, 1440].map((width) => ({ colorScheme, width })),
)

/**
 * Everything that is demanded of each page, of the one that a person sees now: one place, so that no page gets less than another. Throws with
 * all that is wrong with it. Leaves the page as it was.
 */
export async function inspectPage(person: Person, { name, status = 200 }: Expected): Promise<void> {
  const { page, traffic, allowScripts } = person
  const before = page.viewportSize() ?? { width: 360, height: 740 }
  const faults: string[] = []
  const shown = traffic.document().status()
  if (shown !== status) faults.push(`it came with status ${shown}, not ${status}`)
  faults.push(...traffic.takeErrors().map((error) => `the browser complains: ${error}`))
  faults.push(...(await headerFaults(traffic.document())), ...(await weightFaults(traffic)))
  if (!person.scripts) await page.evaluate(keepWithoutScripts)
  await allowScripts(true) // of ours: those of the page have had their time
  faults.push(...(await documentFaults(page)), ...(await titleFaults(page, name)), ...(await fieldFaults(page)))
  for (const { colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: width === 360 ? 740 : 900 })
    const look = `${colorScheme}, ${width} px`
    await keepShot(page, `${name} ${status}, ${look}`)
    faults.push(...(await accessibilityFaults(page)).map((fault) => `${look}: ${fault}`))
  }
  faults.push(...(await layoutFaults(page)), ...(await motionFaults(page)))
  await page.setViewportSize(before)
  faults.push(...(await focusFaults(page)))
  await page.emulateMedia({ colorScheme: null })
  await allowScripts(person.scripts)
  if (faults.length > 0)
    assert.fail(`The page "${name}" at ${page.url()}:\n${[...new Set(faults)].map((each) => `  - ${each}`).join('\n')}`)
}

/** What stands where no script runs would vanish as soon as one of ours does. */
function keepWithoutScripts(): void {
  for (const each of document.querySelectorAll('noscript')) {
    const same = document.createElement('div')
    same.append(...each.childNodes)
    each.replaceWith(same)
  }
}
