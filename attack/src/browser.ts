import { CouldNotTry } from './attack.ts'
import { buttonLinkIn, type Form, formsIn, refreshIn } from './html.ts'
import type { Answer, WireRequest } from './wire.ts'

/** Where a browser came to: sent away from the authorization server, or on a page of it. */
export type Landing =
  | { kind: 'left'; to: string; answer: Answer }
  | { kind: 'page'; url: string; answer: Answer; forms: readonly Form[] }

export type Page = Extract<Landing, { kind: 'page' }>

/** How somebody gets through the pages. */
export interface Manner {
  /** Buttons to press where they are there, `name=value`. */
  press: readonly string[]
  /** What to write into fields, by name. */
  answers: Readonly<Record<string, string>>
}

/** A browser without scripts. It keeps cookies by host, and follows redirects within the server's own origins. */
export interface Browser {
  cookies: Map<string, Map<string, string>>
  /** The `Set-Cookie` lines that came, as they came. */
  cookieLines: readonly string[]
  /** Opens a URL, with these headers on every request, and stops at the first page, or where it would leave. */
  open(url: string, headers?: Readonly<Record<string, string>>): Promise<Landing>
  /** Posts a form that stands on no page. Default headers: those of a browser that posts a form of that origin. */
  post(
    url: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Landing>
  /** Posts a form of a page. Throws `CouldNotTry` where it does not know what to write or press. */
  submit(page: Page, options?: SubmitOptions): Promise<Landing>
  /** Opens a URL and presses what lets on until it leaves, or cannot go on. */
  walk(url: string): Promise<Landing>
  /** Another browser with the same cookies. */
  copy(): Browser
}

export interface SubmitOptions {
  /** Fields to write otherwise, or anew. */
  changes?: Readonly<Record<string, string>>
  /** Default: those of a browser that posts a form of its own origin. */
  headers?: Readonly<Record<string, string>>
  /** The button to press in place of the one that lets on: its value or its text fits this. */
  button?: RegExp
}

const denying = /deny|denied|cancel|reject|abort|refuse|decline|sign.?out|log.?out|switch|another/i

export function createBrowser(
  send: (request: WireRequest) => Promise<Answer>,
  { origins, manner }: { origins: ReadonlySet<string>; manner: Manner },
  cookies: Browser['cookies'] = new Map(),
  cookieLines: string[] = [],
): Browser {
  async function request(url: string, init: Omit<WireRequest, 'url'>): Promise<Answer> {
    const { host } = new URL(url)
    const jar = cookies.get(host) ?? new Map<string, string>()
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
    const headers = { accept: 'text/html', ...(cookie !== '' && { cookie }), ...init.headers }
    const answer = await send({ ...init, url, headers })
    for (const line of answer.headers['set-cookie'] ?? []) {
      cookieLines.push(line)
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /;\s*max-age=0\b/i.test(line) || /expires=thu, 01 jan 1970/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    cookies.set(host, jar)
    return answer
  }

  async function follow(url: string, first: Answer, headers: Readonly<Record<string, string>> = {}): Promise<Landing> {
    let [at, answer] = [url, first]
    for (let step = 0; step < 20; step++) {
      const to = answer.headers.location ?? (answer.status === 200 ? refreshIn(answer.text) : undefined)
      if (to === undefined) return { kind: 'page', url: at, answer, forms: formsIn(answer.text) }
      const next = URL.canParse(to, at) ? new URL(to, at) : undefined
      if (next === undefined || !origins.has(next.origin)) return { kind: 'left', to, answer }
      at = next.href
      answer = await request(at, { headers })
    }
    throw new Error(`${url} redirects without end`)
  }

  function choose({ url, forms }: Page, button?: RegExp) {
    for (const form of forms)
      for (const each of form.buttons) {
        const isMeant =
          button === undefined
            ? manner.press.includes(`${each.name}=${each.value}`)
            : button.test(each.value) || button.test(each.text)
        if (isMeant) return { form, button: each }
      }
    if (button !== undefined) throw new CouldNotTry('no means', `${new URL(url).pathname} has no button ${button}`)
    for (const form of forms) {
      const each = form.buttons.find(({ value, text }) => !denying.test(value) && !denying.test(text))
      if (form.method === 'post' && each !== undefined) return { form, button: each }
    }
    return undefined
  }

  async function submit(page: Page, { changes = {}, headers, button }: SubmitOptions = {}): Promise<Landing> {
    const chosen = choose(page, button)
    if (chosen === undefined)
      throw new CouldNotTry('no means', `the page at ${new URL(page.url).pathname} shows no button that lets on`)
    const fields = new URLSearchParams()
    for (const { name, value, type } of chosen.form.fields) {
      const written = changes[name] ?? (type === 'hidden' ? value : (manner.answers[name] ?? value))
      if (written === '' && type === 'password' && manner.answers[name] === undefined)
        throw new CouldNotTry('no means', `the page at ${new URL(page.url).pathname} asks for "${name}"`)
      fields.append(name, written)
    }
    if (chosen.button.name !== undefined && chosen.button.name !== '')
      fields.append(chosen.button.name, changes[chosen.button.name] ?? chosen.button.value)
    for (const [name, value] of Object.entries(changes)) if (!fields.has(name)) fields.append(name, value)
    const to = new URL(chosen.form.action, page.url).href
    return follow(to, await request(to, { method: 'POST', body: fields, headers: headers ?? ownHeaders(page.url) }))
  }

  async function open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Landing> {
    return follow(url, await request(url, { headers }), headers)
  }

  return {
    cookies,
    cookieLines,
    open,
    async post(url, fields, headers = ownHeaders(url)) {
      return follow(url, await request(url, { method: 'POST', body: new URLSearchParams(fields), headers }))
    },
    submit,
    async walk(url) {
      let landing = await open(url)
      for (let page = 0; page < 10 && landing.kind === 'page'; page++) {
        if (choose(landing) !== undefined) {
          landing = await submit(landing)
          continue
        }
        const link = buttonLinkIn(landing.answer.text)
        if (link === undefined) return landing
        landing = await open(new URL(link, landing.url).href)
      }
      return landing
    },
    copy: () => createBrowser(send, { origins, manner }, copyOf(cookies), [...cookieLines]),
  }
}

/** What a browser says of a form on a page of that origin. */
function ownHeaders(page: string): Readonly<Record<string, string>> {
  return { origin: new URL(page).origin, 'sec-fetch-site': 'same-origin', referer: page }
}

function copyOf(cookies: Browser['cookies']): Browser['cookies'] {
  return new Map([...cookies].map(([host, jar]) => [host, new Map(jar)]))
}

/** What the answer to a client says: the parameters of a redirect, from its query or its fragment. */
export function answerIn(landing: Landing): URLSearchParams {
  if (landing.kind === 'page' || !URL.canParse(landing.to)) return new URLSearchParams()
  const { search, hash } = new URL(landing.to)
  return new URLSearchParams(hash.length > 1 ? `${search.slice(1)}&${hash.slice(1)}` : search)
}
