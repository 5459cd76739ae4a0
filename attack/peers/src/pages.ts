import type { IncomingMessage, ServerResponse } from 'node:http'

/** What the pages of a host look like that embeds a peer: a button to sign in with, and one to consent with. Attacks on pages meet these, not the peer. */
export function signInPage(to: string): string {
  const buttons = ['alice', 'bob'].map((user) => `<button name="user" value="${user}">${user}</button>`).join('')
  return `<!doctype html><title>Sign in</title><form method="post" action="/sign-in"><input type="hidden" name="to" value="${escapeHtml(to)}">${buttons}</form>`
}

export function consentPage(fields: Readonly<Record<string, string>>, about: string): string {
  const inputs = Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('')
  return `<!doctype html><title>Consent</title><p>${escapeHtml(about)}</p><form method="post" action="/consent">${inputs}<button name="decision" value="allow">Allow</button></form>`
}

export function sendPage(res: ServerResponse, html: string): void {
  res.writeHead(200, { 'content-type': 'text/html', 'x-frame-options': 'DENY', 'cache-control': 'no-store' }).end(html)
}

export async function readForm(req: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
