import type { Client } from './instance.ts'
import type { Person } from './people.ts'

/** What people see of a stand-in. It does not look like Clerk, and says so. */
export function signInPage(to: string, problem?: string): Response {
  return page(
    'Sign in',
    `${problem === undefined ? '' : `<p role="alert">${problem}</p>`}
    <form method="post" action="/sign-in">
      <input type="hidden" name="to" value="${escaped(to)}">
      <label>Name <input name="identifier" autocomplete="username" required></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <button>Continue</button>
    </form>`,
    problem === undefined ? 200 : 403,
  )
}

export function consentPage(of: {
  ticket: string
  client: Client
  person: Person
  scope: string
  redirectUri: string
}): Response {
  const items = of.scope
    .split(' ')
    .map((token) => `<li>${meanings[token] ?? token} <code>${escaped(token)}</code></li>`)
  return page(
    `${escaped(of.client.name)} wants to access Shelf`,
    `<p>On behalf of ${escaped(of.person.email)}. This will allow it access to:</p>
    <ul>${items.join('')}</ul>
    <p class="at">Then you go to <b>${escaped(new URL(of.redirectUri).host)}</b>.</p>
    <form method="post" action="/oauth-consent">
      <input type="hidden" name="ticket" value="${of.ticket}">
      <button name="decision" value="deny">Deny</button>
      <button name="decision" value="allow">Allow</button>
    </form>`,
  )
}

const meanings: Readonly<Record<string, string>> = {
  profile: 'Your basic profile information',
  email: 'Your email address',
  offline_access: 'All that while you are away',
}

export function page(title: string, body: string, status = 200): Response {
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 24rem; padding: 0 1rem }
  label { display: block; margin-bottom: 1rem }
  input { box-sizing: border-box; font: inherit; padding: .4rem; width: 100% }
  button { font: inherit; padding: .4rem 1rem }
</style></head>
<body><main><p><small>A stand-in for Clerk, on this machine</small></p><h1>${title}</h1>${body}</main></body>
</html>`
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'cache-control': 'no-store',
  }
  return new Response(html, { status, headers })
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
