import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import type { Page } from '../browser.ts'
import { consentPage } from '../consent-page.ts'
import { authorizationUrl, told } from '../grant.ts'
import { unescapeHtml } from '../html.ts'
import type { Stage } from '../stage.ts'

/** The pages that people see (RFC 9700 §4.2, §4.3, §4.16). */
export const pageAttacks: readonly Attack[] = [
  {
    id: 'clickjacking-consent',
    from: ['RFC 9700 §4.16'],
    tries: 'frames the consent page',
    safe: "`frame-ancestors 'none'` (or 'self'), or x-frame-options",
    run: async (stage) => framed((await consentPage(stage)).page),
  },
  {
    id: 'clickjacking-sign-in',
    from: ['RFC 9700 §4.16'],
    tries: 'frames the sign-in page',
    safe: "`frame-ancestors 'none'` (or 'self'), or x-frame-options",
    async run(stage) {
      const { url } = await authorizationUrl(stage, await stage.client())
      const landing = await stage.stranger().open(url)
      if (landing.kind === 'left') throw new CouldNotTry('not offered', `there is no sign-in page: ${told(landing)}`)
      return framed(landing)
    },
  },
  {
    id: 'clickjacking-error',
    from: ['RFC 9700 §4.16 (error pages too)'],
    tries: 'frames the page that a request of an unknown client comes to',
    safe: "`frame-ancestors 'none'` (or 'self'), or x-frame-options",
    async run(stage) {
      const { url } = await authorizationUrl(stage, await stage.client(), { client_id: 'nobody-registered-this' })
      const landing = await stage.stranger().open(url)
      if (landing.kind === 'left') throw new CouldNotTry('not offered', `there is no page: ${told(landing)}`)
      const type = String(landing.answer.headers['content-type'] ?? '')
      return type.includes('html') ? framed(landing) : safe(`no page, but ${type}`)
    },
  },
  {
    id: 'referrer-leak',
    from: ['RFC 9700 §4.2.4', 'law 11'],
    tries:
      'looks whether pages tell other sites of the request by Referer, and whether they load things from elsewhere',
    safe: 'referrer-policy that sends other sites no path and query, nothing from other hosts',
    async run(stage) {
      const { page } = await consentPage(stage)
      const policy = `${page.answer.headers['referrer-policy'] ?? ''} ${/<meta\b[^>]*name=["']?referrer["']?[^>]*>/i.exec(page.answer.text)?.[0] ?? ''}`
      const foreign = [
        ...page.answer.text.matchAll(/<(?:script|img|link|iframe)\b[^>]*\s(?:src|href)=["']?(https?:\/\/[^"'\s>]+)/gi),
      ]
        .map(([, url = '']) => url)
        .filter((url) => new URL(url).origin !== new URL(page.url).origin)
      return allOf(
        [
          /unsafe-url|no-referrer-when-downgrade/.test(policy) ? `referrer-policy is ${policy.trim()}` : undefined,
          foreign.length > 0 && !/no-referrer|same-origin|origin/.test(policy)
            ? `the page loads ${foreign[0]}`
            : undefined,
        ],
        policy.trim() === ''
          ? 'no policy, but nothing is loaded from elsewhere; browsers send other sites the origin alone'
          : `referrer-policy: ${policy.trim()}`,
      )
    },
  },
  {
    id: 'consent-page-cached',
    from: ['RFC 9700 §4.3', 'RFC 9700 §4.7'],
    tries: 'looks whether a cache may keep the consent page, which is of one session',
    safe: 'no-store, or private',
    async run(stage) {
      const { page } = await consentPage(stage)
      const control = page.answer.headers['cache-control'] ?? ''
      return /public|max-age=[1-9]/.test(control) && !/private|no-store/.test(control)
        ? vulnerable(`cache-control: ${control}`)
        : safe(control === '' ? 'no cache-control: nothing that caches by itself' : `cache-control: ${control}`)
    },
  },
  {
    id: 'client-name-script',
    from: ['RFC 7591 §5', 'RFC 9700 §4.16', 'law 4'],
    tries: 'registers a client whose name and links are HTML, and looks at the consent page',
    safe: 'they are text there, or not there',
    async run(stage) {
      const mark = '<img src=x onerror=alert(7)>'
      const metadata = {
        client_name: `${mark}"'>`,
        client_uri: 'javascript:alert(7)',
        logo_uri: 'javascript:alert(7)',
        policy_uri: 'javascript:alert(7)',
        tos_uri: 'data:text/html,7',
      }
      const registration = await stage.register(metadata)
      if (registration.status > 201) {
        const plain = await stage.register({ client_name: metadata.client_name })
        if (plain.status > 201) return safe(`such a client cannot be registered: ${plain.status}`)
        return scripts(stage, mark, { client_name: metadata.client_name })
      }
      return scripts(stage, mark, metadata)
    },
  },
  {
    id: 'client-name-disguised',
    from: ['RFC 7591 §5', 'library-peers.md 27'],
    tries:
      'registers a client name that turns the text around it (bidirectional overrides) or hides itself (no visible character)',
    safe: 'the characters are taken out, set apart, or the registration is refused',
    async run(stage) {
      const name = 'Good\u202Egnihtemos\u202C\u2066\u200B\u0000\u0007'
      const registration = await stage.register({ client_name: name })
      if (registration.status > 201) return safe(`refused: ${registration.status}`)
      const client = await stage.client('none', { client_name: name })
      const { page } = await consentPage(stage, { client })
      const text = unescapeHtml(page.answer.text)
      return /[\u202A-\u202E\u2066]/.test(text)
        ? vulnerable('the page has the overriding characters as they were')
        : safe('the page has none of them')
    },
  },
]

/** Whether other sites may show the page in a frame. */
export function framed({ answer }: Page) {
  const csp = String(answer.headers['content-security-policy'] ?? '')
  const [, ancestors] = /frame-ancestors\s+([^;]*)/i.exec(csp) ?? []
  const option = String(answer.headers['x-frame-options'] ?? '')
  if (ancestors !== undefined)
    return /\*|https?:(?!\/\/)/.test(ancestors)
      ? vulnerable(`frame-ancestors ${ancestors}`)
      : safe(`frame-ancestors ${ancestors}`)
  return /^(deny|sameorigin)$/i.test(option)
    ? safe(`x-frame-options: ${option}`)
    : vulnerable('the page has neither frame-ancestors nor x-frame-options')
}

async function scripts(stage: Stage, mark: string, metadata: Readonly<Record<string, unknown>>) {
  const client = await stage.client('none', metadata)
  const { page } = await consentPage(stage, { client })
  return allOf(
    [
      page.answer.text.includes(mark) ? 'the name of the client is HTML on the consent page' : undefined,
      /(?:href|src)\s*=\s*["']?\s*(?:javascript|data):(?!image)/i.test(page.answer.text)
        ? 'the page has a link or an image that runs script'
        : undefined,
    ],
    'the page shows text alone',
  )
}
