import type { TestAuthorizationServer } from '@portcullis/auth/testing'
import { callback } from './client.ts'

/**
 * A person in front of a browser, who says yes: at `authority` they sign in by name, elsewhere they tick what is ticked and allow it. Ends where the
 * client listens.
 */
export async function goThrough(page: URL, authority: TestAuthorizationServer): Promise<URL> {
  const cookies = new Map<string, string>()
  let url = page
  let form: URLSearchParams | undefined
  for (let steps = 0; steps < 10; steps++) {
    if (url.href.startsWith(callback)) return url
    if (url.origin === authority.issuer) {
      url = await authority.answer(url)
      // A proxy passes on the answer of another issuer, which clients refuse where that names itself (RFC 9207): this one is played without.
      if (url.href.startsWith(callback)) url.searchParams.delete('iss')
      continue
    }
    const answer: Response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((each) => each.join('=')).join('; '), ...(form && { origin: url.origin }) },
      ...(form && { method: 'POST', body: form }),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    form = location === null ? consentIn(await answer.text(), url) : undefined
    if (location !== null) url = new URL(location, url)
    else url = new URL(url.pathname, url)
  }
  throw new Error(`it goes round and round, at ${url.origin}${url.pathname}`)
}

function consentIn(page: string, { pathname }: URL): URLSearchParams {
  if (!page.includes('<form method="post"'))
    throw new Error(`there is nothing to allow at ${pathname}: ${page.slice(-600)}`)
  const inputs = [...page.matchAll(/<input type="(hidden|checkbox)" name="([^"]*)" value="([^"]*)"( checked)?>/g)]
  const sent = inputs.filter(([, type, , , checked]) => type === 'hidden' || checked !== undefined)
  const form = new URLSearchParams(sent.map(([, , name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))
  form.set('decision', 'allow')
  return form
}
