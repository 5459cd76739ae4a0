import assert from 'node:assert/strict'
import type { BeginOptions, Completed, IdentityProviders } from '@portcullis/auth/identity-providers'

/** A browser: it keeps cookies as a server sets them, and follows redirects of the identity provider back to the callback. */
export function createBrowser(
  identityProviders: IdentityProviders,
  addressOf: (location: URL) => string = ({ href }) => href,
) {
  const cookies = new Map<string, string>()

  function keep(setCookies: readonly string[]): void {
    for (const header of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
      cookies.delete(name)
      if (!header.includes('Max-Age=0')) cookies.set(name, value)
    }
  }

  function request(url: string): Request {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    return new Request(url, { headers: cookie === '' ? {} : { cookie } })
  }

  return {
    cookies,
    /** Where `begin` sends the browser. */
    async begin(id: string, options: Partial<BeginOptions> = {}): Promise<URL> {
      const began = await identityProviders.begin(id, {
        returnTo: '/account',
        request: request('https://x.example/'),
        ...options,
      })
      if (began.kind !== 'redirect') return assert.fail(JSON.stringify(began))
      keep(began.setCookies)
      return new URL(began.location)
    },
    /** Where the identity provider sends the browser back to. */
    async follow(location: URL): Promise<string> {
      const response = await fetch(addressOf(location), { redirect: 'manual' })
      await response.body?.cancel()
      return response.headers.get('location') ?? assert.fail(`no redirect, but ${response.status}`)
    },
    async arrive(id: string, callback: string): Promise<Completed> {
      const completed = await identityProviders.complete(id, request(callback))
      keep(completed.setCookies)
      return completed
    },
    async signIn(id: string, options: Partial<BeginOptions> = {}): Promise<Completed> {
      return this.arrive(id, await this.follow(await this.begin(id, options)))
    },
  }
}
