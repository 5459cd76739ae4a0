import type { Page } from 'playwright-core'

/** Whoever asked for no motion gets none. */
export async function motionFaults(page: Page): Promise<string[]> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter((element) => {
        const { animationName, animationDuration, transitionDuration, scrollBehavior } = getComputedStyle(element)
        const lasts = (duration: string) => duration.split(',').some((each) => Number.parseFloat(each) > 0.01)
        return (
          (animationName !== 'none' && lasts(animationDuration)) ||
          lasts(transitionDuration) ||
          scrollBehavior === 'smooth'
        )
      })
      .map(({ tagName, className }) => `${tagName.toLowerCase()}.${className}`),
  )
  await page.emulateMedia({ reducedMotion: null })
  return moving.length === 0 ? [] : [`it moves, although no motion was asked for: ${moving.slice(0, 5).join(', ')}`]
}
