import type { Page } from 'playwright-core'

/** What each document must be: in a language, with one title, one heading of the first rank, and without scripts, styles and handlers in it that a policy would have to let through. */
export async function documentFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const all = (selector: string) => [...document.querySelectorAll(selector)]
    const faults: string[] = []
    if (document.compatMode !== 'CSS1Compat') faults.push('it is shown in quirks mode')
    if (document.documentElement.lang !== 'en') faults.push(`its language is "${document.documentElement.lang}"`)
    if (all('head > title').length !== 1 || document.title.trim() === '') faults.push('it has not one title')
    if (all('h1').length !== 1) faults.push(`it has ${all('h1').length} headings of the first rank`)
    if (all('main').length !== 1) faults.push(`it has ${all('main').length} main parts`)
    if (all('script:not([src])').length > 0) faults.push('a script stands in it')
    if (all('[style]').length > 0) faults.push(`a style stands at ${all('[style]')[0]?.outerHTML.slice(0, 120)}`)
    const handled = all('*').find((each) => each.getAttributeNames().some((name) => name.startsWith('on')))
    if (handled !== undefined) faults.push(`a handler stands at ${handled.outerHTML.slice(0, 120)}`)
    for (const link of all('a[target=_blank]')) faults.push(`a link opens a window: ${link.outerHTML.slice(0, 120)}`)
    const ids = all('[id]').map(({ id }) => id)
    if (new Set(ids).size < ids.length) faults.push('two elements have one id')
    return faults
  })
}
