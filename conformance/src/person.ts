import { type HTMLElement, parse } from 'node-html-parser'

export interface Person {
  /**
   * Opens an authorization request, signs in and consents as a browser without scripts would, and resolves to the
   * first URL that leaves the server: the answer to the client. That URL is not fetched.
   */
  visit(url: string): Promise<URL>
}

/** Somebody who clicks the button with one of `choices`, `name=value`, on every page with one, and otherwise follows the page's link. */
export function createPerson({ choices }: { choices: readonly string[] }): Person {
  const cookies = new Map<string, string>()

  /** Fetches as a browser does that shows the page `from`, and keeps cookies. */
  async function send(url: URL, init: RequestInit & { from?: URL }): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('accept', 'text/html')
    headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '))
    if (init.from !== undefined) {
      headers.set('origin', init.from.origin)
      headers.set('sec-fetch-site', 'same-origin')
    }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    return response
  }

  return {
    async visit(start) {
      const { origin } = new URL(start)
      let next = new URL(start)
      let response = await send(next, {})
      for (let page = 0; page < 12; page++) {
        const location = response.headers.get('location')
        if (location !== null) {
          next = new URL(location, next)
          if (next.origin !== origin) return next
          response = await send(next, {})
          continue
        }
        const step = nextStep(parse(await response.text()), choices)
        if (step === undefined) throw new Error(`${next.pathname} answers ${response.status} and shows no way on`)
        const from = next
        next = new URL(step.url, next)
        response =
          step.form === undefined ? await send(next, {}) : await send(next, { method: 'POST', body: step.form, from })
      }
      throw new Error(`${origin} shows one page after another and never answers the client`)
    },
  }
}

/** What to do on a page: post a form, or follow a link; `undefined` when it offers neither. */
function nextStep(page: HTMLElement, choices: readonly string[]): { url: string; form?: URLSearchParams } | undefined {
  const button = page
    .querySelectorAll('form[method=post] button[name]')
    .find((each) => choices.includes(`${each.getAttribute('name')}=${each.getAttribute('value')}`))
  const form = button?.closest('form') ?? undefined
  if (form !== undefined && button !== undefined) {
    const fields = [...form.querySelectorAll('input[name]'), button]
    const pairs = fields.map((each) => [each.getAttribute('name') ?? '', each.getAttribute('value') ?? ''])
    return { url: form.getAttribute('action') ?? '', form: new URLSearchParams(pairs) }
  }
  const link = page.querySelector('a.button[href]')?.getAttribute('href')
  return link === undefined ? undefined : { url: link }
}
