import assert from 'node:assert/strict'

/** A browser without scripts, for two hosts: cookies are kept by host, and redirects are followed to the end, or to a host that is not there. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>()

  /** Opens a page as a person does; the answer at the end, and the URL that it has. */
  async open(url: string, init: RequestInit = {}): Promise<{ url: URL; answer: Response | undefined }> {
    const at = new URL(url)
    if (at.hostname !== 'localhost' && at.hostname !== '127.0.0.1') return { url: at, answer: undefined }
    const headers = new Headers(init.headers)
    headers.set('accept', 'text/html')
    headers.set('sec-fetch-dest', 'document')
    headers.set('cookie', [...this.#of(at)].map(([name, value]) => `${name}=${value}`).join('; '))
    const answer = await fetch(at, { ...init, headers, redirect: 'manual' })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      this.#of(at).set(name, value)
    }
    const location = answer.headers.get('location')
    return location === null ? { url: at, answer } : this.open(new URL(location, at).href)
  }

  /** Fills in the form of a page, and sends it. */
  async submit(page: { url: URL; answer: Response | undefined }, fields: Record<string, string>) {
    const html = (await page.answer?.text()) ?? ''
    const action = /<form method="post" action="([^"]*)"/.exec(html)?.[1]
    assert.ok(action, `There is no form at ${page.url}: ${html}`)
    const hidden = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
    const own = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value.replaceAll('&#38;', '&')]))
    return this.open(new URL(action, page.url).href, {
      method: 'POST',
      body: new URLSearchParams({ ...own, ...fields }),
    })
  }

  cookie(url: string, name: string): string | undefined {
    return this.#of(new URL(url)).get(name)
  }

  #of({ host }: URL): Map<string, string> {
    const held = this.#cookies.get(host) ?? new Map<string, string>()
    this.#cookies.set(host, held)
    return held
  }
}
