/** A browser without scripts: it keeps cookies, follows redirects, and sends forms as a person fills them. */
export interface Walker {
  /** Goes there and on, filling what is asked for, until it is sent to `end`; resolves to that address. */
  walkTo(end: string, from: string): Promise<URL>
  /** The titles of the pages that it saw. */
  readonly pages: readonly string[]
}

export function createWalker(answers: Readonly<Record<string, string>>): Walker {
  const cookies = new Map<string, string>()
  const pages: string[] = []

  async function send(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
      cookies.set(name, value)
    }
    return response
  }

  return {
    pages,
    async walkTo(end, from) {
      let [url, init]: [string, RequestInit] = [from, {}]
      for (let step = 0; step < 12; step += 1) {
        if (url.startsWith(`${end}?`)) return new URL(url)
        const response = await send(url, init)
        const location = response.headers.get('location')
        if (location !== null) {
          ;[url, init] = [new URL(location, url).href, {}]
          continue
        }
        const page = await response.text()
        pages.push(/<title>([^<]*)/.exec(page)?.[1]?.trim() ?? '')
        ;[url, init] = filled(page, url, answers)
      }
      throw new Error(`It was not sent to ${end}; it saw ${pages.join(', ')}`)
    },
  }
}

/** The one form of a page, with hidden fields as they are. */
function filled(page: string, url: string, answers: Readonly<Record<string, string>>): [string, RequestInit] {
  const form = /<form\b[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page)
  if (form === null) throw new Error(`There is no form at ${url}: ${page.slice(0, 2000)}`)
  const [, action = '', inside = ''] = form
  const body = new URLSearchParams()
  for (const [field] of inside.matchAll(/<(input|button)\b[^>]*>/g)) {
    const name = attribute(field, 'name')
    const value =
      name === undefined ? undefined : (answers[name] ?? (isHidden(field) ? attribute(field, 'value') : undefined))
    if (name !== undefined && value !== undefined) body.set(name, value)
  }
  return [new URL(unescaped(action), url).href, { method: 'POST', body }]
}

function isHidden(field: string): boolean {
  return attribute(field, 'type') === 'hidden'
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]
  return value === undefined ? undefined : unescaped(value)
}

function unescaped(text: string): string {
  return text.replaceAll('&amp;', '&').replaceAll('&#x2F;', '/').replaceAll('&quot;', '"')
}
