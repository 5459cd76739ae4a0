import { formatHtml, type Html, html } from '@portcullis/auth/authorization-server'
import { apiPagePath } from './api.ts'
import { mayEnter, type Room, roomNames, rooms } from './rooms.ts'
import { styleSheetPath } from './style-sheet.ts'
import type { Viewer } from './viewer.ts'

export interface ConsolePageOptions {
  /** Names the page in the browser's tab, and is its first heading; text. */
  title: string
  /** Which room it stands in. */
  room: Room
  /** Who looks at it. */
  viewer: Pick<Viewer, 'name' | 'role' | 'leave'>
  server: { name: string }
  /** Below the heading; text or markup. */
  lead?: string | Html
  /** Beside the heading. */
  aside?: Html | undefined
  body: Html
  /** Paths of scripts of ours that make it live; it works without them. */
  scripts?: readonly string[]
  /** HTTP status. Default 200. */
  status?: number
}

/** The frame of every page of the console: nothing from elsewhere, no script but our own, and the headers of a page that asks for trust. */
export function consolePage(options: ConsolePageOptions): Response {
  const hasScripts = (options.scripts ?? []).length > 0
  return new Response(formatHtml(frame(options)), {
    status: options.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [
        `default-src 'none'`,
        `style-src 'self'`,
        ...(hasScripts ? [`script-src 'self'`, `connect-src 'self'`] : []),
        `form-action 'self'`,
        `frame-ancestors 'none'`,
        `base-uri 'none'`,
      ].join('; '),
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    },
  })
}

function frame({ title, room, viewer, server, lead, aside, body, scripts = [] }: ConsolePageOptions): Html {
  const shown = roomNames.filter((name) => mayEnter(viewer.role, name))
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} – console of ${server.name}</title>
<link rel="stylesheet" href="${styleSheetPath}">
${scripts.map((path) => html`<script type="module" src="${path}"></script>\n`)}</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top"><div>
<div class="who">${mark}<b><bdi>${server.name}</bdi></b> <span>console</span>
<div class="me"><a href="${viewer.leave.href}"><bdi>${viewer.name}</bdi></a> <span class="tag">${viewer.role}</span></div></div>
<nav aria-label="Console"><ul>${shown.map((name) => html`<li><a href="${rooms[name].path}"${name === room ? html` aria-current="page"` : undefined}>${rooms[name].label}</a></li>`)}</ul></nav>
</div></header>
<main id="content">
<div class="head"><div><h1>${title}</h1>${lead === undefined ? undefined : html`<p class="soft">${lead}</p>`}</div>${aside}</div>
${body}
</main>
<footer><p>Times are in UTC. All that is done here is in the audit log, and can be done by <a href="${apiPagePath}">the HTTP API</a> and on the command line as well.</p></footer>
</body>
</html>
`
}

const mark = html`<svg viewBox="0 0 28 28" fill="none" stroke="currentColor" stroke-width="2.25" stroke-linecap="round" aria-hidden="true"><path d="M4 23V12a10 10 0 0 1 20 0v11"/><path d="M9 5v18.5M14 3.5V25M19 5v18.5M4.5 11h19M4.5 17h19" stroke-width="1.75"/></svg>`
