import type { Page } from 'playwright-core'

interface Setting {
  name: string
  width: number
  /** Percent of the usual size of text. */
  text: number
  /** Text spaced as far as WCAG 2.2 §1.4.12 says that it must bear. */
  isSpaced?: true
}

const settings: readonly Setting[] = [
  { name: '320 px', width: 320, text: 100 }, // WCAG 2.2 §1.4.10
  { name: '360 px', width: 360, text: 100 },
  { name: '360 px, text at 200 %', width: 360, text: 200 }, // WCAG 2.2 §1.4.4
  { name: '1440 px, text at 200 %', width: 1440, text: 200 },
  { name: '360 px, text spaced', width: 360, text: 100, isSpaced: true },
  { name: '1440 px', width: 1440, text: 100 },
]

/** Nothing is cut off, lies on something else, or has to be scrolled for sideways, however large the text. */
export async function layoutFaults(page: Page): Promise<string[]> {
  const faults: string[] = []
  for (const { name, width, text, isSpaced } of settings) {
    await page.setViewportSize({ width, height: 740 })
    // Of a sheet that a script makes no policy asks anything.
    await page.evaluate(
      ([size, spacing]) => {
        const sheet = new CSSStyleSheet()
        sheet.replaceSync(`html{font-size:${size}%!important}${spacing}`)
        document.adoptedStyleSheets = [sheet]
      },
      [text, isSpaced ? spaced : ''] as const,
    )
    faults.push(...(await page.evaluate(findFaults)).map((fault) => `${name}: ${fault}`))
  }
  await page.evaluate(() => {
    document.adoptedStyleSheets = []
  })
  return faults
}

const spaced =
  '*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}'

function findFaults(): string[] {
  const faults: string[] = []
  const { scrollWidth, clientWidth } = document.documentElement
  const seen = [...document.body.querySelectorAll<HTMLElement>('*')].filter((each) => each.checkVisibility())
  if (scrollWidth > clientWidth) {
    const widest = seen.find((each) => each.getBoundingClientRect().right > clientWidth + 0.5)
    faults.push(
      `it must be scrolled sideways, by ${scrollWidth - clientWidth} px, for ${widest?.outerHTML.slice(0, 100)}`,
    )
  }
  for (const each of seen) {
    const { overflowX, overflowY } = getComputedStyle(each)
    const isCut =
      (overflowX !== 'visible' && each.scrollWidth > each.clientWidth + 1) ||
      (['hidden', 'clip'].includes(overflowY) && each.scrollHeight > each.clientHeight + 1)
    if (isCut && !(each instanceof HTMLInputElement))
      faults.push(`something is cut off: ${each.outerHTML.slice(0, 100)}`)
  }
  const controls = seen.filter((each) => each.matches('a[href], button, input, summary, select, textarea'))
  for (const [at, one] of controls.entries())
    for (const other of controls.slice(at + 1)) {
      if (one.contains(other) || other.contains(one) || isSticky(one) !== isSticky(other)) continue
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()]
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        faults.push(`${one.outerHTML.slice(0, 60)} lies on ${other.outerHTML.slice(0, 60)}`)
    }
  return faults

  function isSticky(element: HTMLElement): boolean {
    for (let each: HTMLElement | null = element; each !== null; each = each.parentElement)
      if (['sticky', 'fixed'].includes(getComputedStyle(each).position)) return true
    return false
  }
}
