import assert from 'node:assert/strict'
import { password } from './scene.ts'

/** A browser without scripts: it keeps cookies, sends forms as they stand, and follows no redirect by itself. */
export class Browser {
  readonly #cookies = new Map<string, string>()
  readonly #origin: string

  constructor(origin: string) {
    this.#origin = origin
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async get(path: string): Promise<Response> {
    return this.#send(path, {})
  }

  /** `from`: the origin of the page that the form stands on. */
  async post(path: string, fields: Record<string, string> | URLSearchParams, from = this.#origin): Promise<Response> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: from }
    return this.#send(path, { method: 'POST', headers, body: new URLSearchParams(fields).toString() })
  }

  async signIn(name: string): Promise<void> {
    const { status } = await this.post('/sign-in', { name, password, to: '/' })
    assert.equal(status, 303)
  }

  /** Where an authorization request of somebody who is signed in leads, once they have said yes. */
  async allow(authorizationUrl: string): Promise<URL> {
    const page = await this.get(authorizationUrl)
    assert.equal(page.status, 200, 'the consent page')
    const form = formOf(await page.text())
    form.set('decision', 'allow')
    const answer = await this.post('/authorize', form)
    return new URL(answer.headers.get('location') ?? '')
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    if (this.#cookies.size > 0) headers.set('cookie', this.cookie)
    const url = new URL(path, this.#origin)
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    if (url.origin === this.#origin) this.#keep(response.headers.getSetCookie())
    return response
  }

  #keep(setCookies: readonly string[]): void {
    for (const each of setCookies) {
      const [pair = ''] = each.split(';')
      const [name = '', value = ''] = pair.split(/=(.*)/)
      if (/max-age=0/i.test(each)) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
  }
}

/** What the form of a page sends: its hidden fields, and what is ticked. */
function formOf(text: string): URLSearchParams {
  const inputs = [...text.matchAll(/<input type="(hidden|checkbox)" name="([^"]*)" value="([^"]*)"( checked)?>/g)]
  const sent = inputs.filter(([, type, , , checked]) => type === 'hidden' || checked !== undefined)
  return new URLSearchParams(sent.map(([, , name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))
}
