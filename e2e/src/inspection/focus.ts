import type { Page } from 'playwright-core'

/** The keyboard comes to everything that can be used, in the order in which it is read, sees where it is (WCAG 2.2 §2.4.7), and sees it whole (§2.4.11). */
export async function focusFaults(page: Page): Promise<string[]> {
  const wanted = await page.evaluate(() => {
    const controls = [
      ...document.querySelectorAll<HTMLElement>('a[href], button, input:not([type=hidden]), summary, select, textarea'),
    ]
    const usable = controls.filter((each) => !each.matches(':disabled') && each.checkVisibility())
    for (const [at, each] of usable.entries()) each.dataset.stop = String(at)
    const autofocused = document.activeElement
    if (autofocused instanceof HTMLElement) autofocused.blur()
    return usable.map((each) => each.outerHTML.slice(0, 100))
  })
  const faults: string[] = []
  const stops: number[] = []
  for (let press = 0; press <= 2 * wanted.length; press++) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(lookAtFocus)
    if (stop === undefined) continue
    if (!stops.includes(stop.at)) faults.push(...stop.faults)
    stops.push(stop.at)
    if (new Set(stops).size === wanted.length) break
  }
  for (const [at, html] of wanted.entries()) if (!stops.includes(at)) faults.push(`the keyboard never comes to ${html}`)
  const turns = stops.filter((stop, at) => at > 0 && stop < (stops[at - 1] ?? 0)).length
  if (turns > 1) faults.push(`the keyboard comes in another order than is read: ${stops.join(', ')}`)
  await page.evaluate(() => {
    for (const each of document.querySelectorAll<HTMLElement>('[data-stop]')) delete each.dataset.stop
  })
  return faults
}

function lookAtFocus(): { at: number; faults: string[] } | undefined {
  const element = document.activeElement
  if (!(element instanceof HTMLElement) || element.dataset.stop === undefined) return undefined
  const faults: string[] = []
  const html = element.outerHTML.slice(0, 100)
  const { outlineStyle, outlineWidth } = getComputedStyle(element)
  if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2)
    faults.push(`nobody sees that the keyboard is at ${html}`)
  const [box] = element.getClientRects()
  if (box === undefined) return { at: Number(element.dataset.stop), faults }
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
  if (top === null) faults.push(`what the keyboard is at is out of sight: ${html}`)
  else if (!element.contains(top)) faults.push(`what the keyboard is at lies under something: ${html}`)
  return { at: Number(element.dataset.stop), faults }
}
