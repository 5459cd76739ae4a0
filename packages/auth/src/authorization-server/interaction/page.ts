import { randomText } from '../tokens/base64url.ts'
import type { Brand } from './branding.ts'
import { formatHtml, type Html, html } from './html.ts'
import { styleSheet } from './theme.ts'

export interface PageOptions {
  /** Names the page in the browser's tab; text. */
  title: string
  /** What stands in the card, its first heading included. */
  body: Html
  /** Whose page this is, beside the mark. Default: nothing. */
  owner?: string
  /** How the host's pages look; `createBrand` makes it. Default: plain. */
  brand?: Brand | undefined
  /** HTTP status. Default 200. */
  status?: number
  /**
   * For a page with a form: where, beside this origin, its submission may be redirected to, as CSP source expressions. Chromium holds the
   * whole chain of redirects after a form against them. Default: no form may be submitted at all.
   */
  formActionSources?: readonly string[]
  /** A path of this origin that the browser goes on to by itself. Default: it stays. */
  continueTo?: string
  /** Paths of this origin with scripts of the host's own, which run once the page is there. Default: none, and the policy lets none run. */
  scripts?: readonly string[]
}

/**
 * The frame of every page: one card, light and dark, phone and wide screen, no script but what is named, nothing from elsewhere, and the headers
 * of a page that asks for trust. Throws `TypeError` for a form action source that would change the policy, and for a script of another origin.
 */
export function page(options: PageOptions): Response {
  const nonce = randomText(16)
  return new Response(formatHtml(frame(options, nonce)), {
    status: options.status ?? 200,
    headers: headersOf(options, nonce),
  })
}

function frame({ title, body, owner, continueTo, brand, scripts = [] }: PageOptions, nonce: string): Html {
  const name = brand?.name ?? owner
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${continueTo === undefined ? undefined : html`<meta http-equiv="refresh" content="0; url=${continueTo}">\n`}<title>${title}</title>
<style nonce="${nonce}">${styleSheet}${brand?.style}</style>${scripts.map(
    (path) => html`\n<script src="${requireOwnPath(path)}" nonce="${nonce}" defer></script>`,
  )}
</head>
<body>
<main>
<p class="mark">${brand?.logo === undefined ? mark : html`<img src="${brand.logo.src}" alt="">`}${name === undefined ? undefined : html`<bdi>${name}</bdi>`}</p>
${body}
</main>${brand?.support === undefined ? undefined : html`\n<footer><a href="${brand.support}" rel="noreferrer">Help</a></footer>`}
</body>
</html>
`
}

const mark = html`<svg viewBox="0 0 28 28" fill="none" stroke="currentColor" stroke-width="2.25" stroke-linecap="round" aria-hidden="true"><path d="M4 23V12a10 10 0 0 1 20 0v11"/><path d="M9 5v18.5M14 3.5V25M19 5v18.5M4.5 11h19M4.5 17h19" stroke-width="1.75"/></svg>`

/** Seconds after which to come again where something is not there for now (RFC 9110 §10.2.3). */
export const retryAfter = '30'

function headersOf(
  { formActionSources, brand, status, scripts = [] }: PageOptions,
  nonce: string,
): Record<string, string> {
  const hasForm = formActionSources !== undefined
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': [
      `default-src 'none'`,
      `style-src 'nonce-${nonce}'`,
      // Not 'self': of all that this origin answers, what is named here runs, and nothing else.
      ...(scripts.length === 0 ? [] : [`script-src 'nonce-${nonce}'`]),
      ...(brand?.logo === undefined ? [] : [`img-src ${brand.logo.source}`]),
      `form-action ${hasForm ? [`'self'`, ...formActionSources.map(requireSource)].join(' ') : `'none'`}`,
      `frame-ancestors 'none'`,
      `base-uri 'none'`,
    ].join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    // `no-referrer` would make browsers send `Origin: null` with the form (Fetch §3.2), which the check against foreign forms refuses.
    'referrer-policy': hasForm ? 'same-origin' : 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    ...(status === 503 && { 'retry-after': retryAfter }),
    // No Cross-Origin-Opener-Policy: clients that run in a browser open these pages in a popup and wait for a message from their own
    // page that follows; every value but the default cuts that page off from its opener.
  }
}

function requireSource(source: string): string {
  if (!/^[\x21-\x2B\x2D-\x3A\x3C-\x7E]+$/.test(source)) throw new TypeError(`"${source}" is no CSP source expression`)
  return source
}

function requireOwnPath(path: string): string {
  if (!/^\/(?![/\\])[\x21-\x7E]*$/.test(path)) throw new TypeError(`"${path}" is no path of this origin`)
  return path
}
