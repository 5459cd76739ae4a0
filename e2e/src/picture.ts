import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './folders.ts'
import type { Person } from './person.ts'

const folder = join(repository, 'docs', 'pictures')

/** Bytes of one picture. */
const most = 60_000

type Box = Record<'x' | 'y' | 'width' | 'height', number>

/** Around the card. */
const margin = 24

/**
 * Keeps a picture of the card that a person sees, in the light and in the dark: `NAME.webp` and `NAME-dark.webp`. `shownAs`: text that is new each
 * time, and what stands in its place.
 */
export async function takePicture(
  { page, context, allowScripts }: Person,
  name: string,
  shownAs: Readonly<Record<string, string>> = {},
): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await allowScripts(true)
  await page.evaluate(replaceTexts, shownAs)
  const session = await context.newCDPSession(page)
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
      scrollTo(0, 0)
    })
    const box = await page.locator('main').boundingBox()
    if (box === null) throw new Error(`Nothing is to be seen of ${name}`)
    const clip = { ...around(box, page.viewportSize()?.width ?? Number.POSITIVE_INFINITY), scale: 1 }
    const { data } = await session.send('Page.captureScreenshot', {
      format: 'webp',
      quality: 82,
      clip,
      captureBeyondViewport: true,
    })
    const bytes = Buffer.from(data, 'base64')
    if (bytes.length > most) throw new Error(`The picture of ${name} has ${bytes.length} bytes, more than ${most}`)
    writeFileSync(join(folder, `${name}${scheme === 'dark' ? '-dark' : ''}.webp`), bytes)
  }
  await session.detach()
}

/** A card with what is around it; of a page that fills the window, all of it, from its head on. */
function around({ x, y, width, height }: Box, most: number): Box {
  return width + 2 * margin > most
    ? { x: 0, y: 0, width: most, height: y + height }
    : { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin }
}

/** And shows what is folded away in lists. */
function replaceTexts(shownAs: Readonly<Record<string, string>>): void {
  for (const details of document.querySelectorAll('.rows details')) details.setAttribute('open', '')
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode())
    for (const [from, to] of Object.entries(shownAs)) text.textContent = (text.textContent ?? '').replaceAll(from, to)
}
