/** The cookie by which the person is known who sent a request. */
const cookieName = 'portcullis-test-person'

/** Who sent a request; `undefined` for nobody. */
export function personOf({ headers }: Request): string | undefined {
  const [, name] = new RegExp(`(?:^|; )${cookieName}=([^;]*)`).exec(headers.get('cookie') ?? '') ?? []
  return name === undefined ? undefined : decodeURIComponent(name)
}

/** The value of a `Cookie` or `Set-Cookie` header by which a person is signed in. */
export function personCookie(name: string): string {
  return `${cookieName}=${encodeURIComponent(name)}`
}

export interface Answer {
  /** Who answers. */
  subject: string
  decision: 'allow' | 'deny'
}

/**
 * Plays the person at the consent page of an authorization request, or of a device. Resolves to where the browser is then: the redirect URI, with a
 * code or an error; a page of ours, for a device. Throws `Error` with what the page says where there is nothing to decide.
 */
export async function answerPages(
  url: string,
  { subject, decision }: Answer,
  fetch: (request: Request) => Promise<Response>,
): Promise<URL> {
  const cookie = personCookie(subject)
  const page = await fetch(new Request(url, { headers: { cookie } }))
  const shown = await page.text()
  const location = page.headers.get('location')
  if (location !== null) return new URL(location, url)
  const [, action] = /<form method="post" action="([^"]*)"/.exec(shown) ?? []
  if (action === undefined) throw new Error(`There is nothing to decide at ${new URL(url).pathname}: ${textOf(shown)}`)
  const form = new URLSearchParams(sentFields(shown))
  form.set('decision', decision)
  if (shown.includes('name="compared"')) form.set('compared', 'yes') // the codes of a device
  const { origin } = new URL(url)
  const headers = { cookie, origin, 'content-type': 'application/x-www-form-urlencoded' }
  const target = new URL(unescapeHtml(action), url)
  const answer = await fetch(new Request(target, { method: 'POST', headers, body: form.toString() }))
  const next = answer.headers.get('location')
  if (next === null && answer.ok) return target // a device fetches what was decided; the page says that it is done
  if (next === null) throw new Error(`The form was not taken: ${textOf(await answer.text())}`)
  return new URL(next, url)
}

/** What a browser sends of a page's form: its hidden fields, and the boxes that are ticked. */
function sentFields(page: string): [string, string][] {
  const inputs = [...page.matchAll(/<input type="(hidden|checkbox)" name="([^"]*)" value="([^"]*)"( checked)?>/g)]
  const sent = inputs.filter(([, type, , , checked]) => type === 'hidden' || checked !== undefined)
  return sent.map(([, , name = '', value = '']) => [unescapeHtml(name), unescapeHtml(value)])
}

function textOf(page: string): string {
  const [, card = page] = /<main>([\s\S]*)<\/main>/.exec(page) ?? []
  return unescapeHtml(card.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')).trim()
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
