/** Somebody with a browser without scripts. */
export interface Person {
  /** Opens an authorization request, does what the pages ask for, and resolves to the first URL at `redirectUri`, which is not fetched. */
  visit(url: string, redirectUri: string): Promise<URL>
}

/** Fills in every form with `answers`, by name, and presses the first button that is not a refusal. Keeps cookies. */
export function createPerson(answers: Readonly<Record<string, string>>): Person {
  const cookies = new Map<string, string>()

  async function send(url: URL, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('accept', 'text/html')
    headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '))
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }

  return {
    async visit(start, redirectUri) {
      let at = new URL(start)
      let response = await send(at, {})
      for (let step = 0; step < 20; step++) {
        const location = response.headers.get('location')
        if (location === null) {
          const page = await response.text()
          const form = formIn(page, answers)
          if (form === undefined) throw new Error(`${at} answers ${response.status} and shows no way on: ${page}`)
          const from = at
          at = new URL(form.action, at)
          response =
            form.fields === undefined
              ? await send(at, {})
              : await send(at, { method: 'POST', body: form.fields, headers: { origin: from.origin } })
          continue
        }
        await response.body?.cancel()
        at = new URL(location, at)
        if (at.href.startsWith(redirectUri)) return at
        response = await send(at, {})
      }
      throw new Error(`${start} never leads to ${redirectUri}`)
    },
  }
}

/** The first form of a page, filled in; or a link that looks like a button. */
function formIn(
  page: string,
  answers: Readonly<Record<string, string>>,
): { action: string; fields?: URLSearchParams } | undefined {
  const [, head = '', content = ''] = /<form([^>]*)>(.*?)<\/form>/s.exec(page) ?? []
  if (head === '') {
    const link = /<a class="button" href="([^"]*)"/.exec(page)?.[1]
    return link === undefined ? undefined : { action: unescapeHtml(link) }
  }
  const fields = new URLSearchParams()
  for (const [tag] of content.matchAll(/<input[^>]*>/g)) {
    const name = attribute(tag, 'name')
    if (name !== undefined) fields.append(name, answers[name] ?? attribute(tag, 'value') ?? '')
  }
  const buttons = [...content.matchAll(/<button[^>]*>/g)].map(([tag]) => tag)
  const button = buttons.find((tag) => attribute(tag, 'name') !== undefined && attribute(tag, 'value') !== 'deny')
  if (button !== undefined) fields.append(attribute(button, 'name') ?? '', attribute(button, 'value') ?? '')
  return { action: unescapeHtml(attribute(head, 'action') ?? ''), fields }
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return value === undefined ? undefined : unescapeHtml(value)
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
