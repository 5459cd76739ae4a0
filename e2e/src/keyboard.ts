import type { Locator, Page } from 'playwright-core'

/** No page of ours has so many places to stop at. */
const mostStops = 80

/** Presses Tab until the focus is on an element. Throws where it never comes there. */
export async function walkTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let stop = 0; stop <= mostStops; stop++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`The keyboard never comes to ${target} of ${page.url()}`)
}

/** Walks to a field, and types over what stands in it; a box is ticked where `text` is not empty. */
export async function typeInto(page: Page, field: Locator, text: string): Promise<void> {
  await walkTo(page, field)
  if ((await field.getAttribute('type')) === 'checkbox') {
    if ((await field.isChecked()) !== (text !== '')) await page.keyboard.press('Space')
    return
  }
  await page.keyboard.press('ControlOrMeta+A')
  if (text === '') await page.keyboard.press('Delete')
  else await page.keyboard.insertText(text)
}
