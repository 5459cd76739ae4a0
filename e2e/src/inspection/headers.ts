import type { Response } from 'playwright-core'

/** What every page comes with, whatever it is. */
const demanded: Readonly<Record<string, RegExp>> = {
  'content-type': /^text\/html; charset=utf-8$/i,
  'content-security-policy':
    /^default-src 'none';(?=.*\bframe-ancestors 'none')(?=.*\bbase-uri 'none')(?=.*\bform-action )/,
  'x-frame-options': /^DENY$/,
  'x-content-type-options': /^nosniff$/,
  'cache-control': /\bno-store\b/,
  'referrer-policy': /^(no-referrer|same-origin)$/,
  'cross-origin-resource-policy': /^same-origin$/,
}

/** What would take back what the policy says, or tells attackers what runs here. */
const forbidden: Readonly<Record<string, RegExp>> = {
  'content-security-policy': /'unsafe-|(^|[\s;])(https?:|\*|data:)?\s*script-src[^;]*(\*|https?:)|default-src[^;]*\*/,
  'access-control-allow-origin': /./,
  server: /./,
  'x-powered-by': /./,
}

export async function headerFaults(response: Response): Promise<string[]> {
  const headers = await response.allHeaders()
  const missing = Object.entries(demanded)
    .filter(([name, pattern]) => !pattern.test(headers[name] ?? ''))
    .map(([name]) => `its header ${name} is "${headers[name] ?? ''}"`)
  const wrong = Object.entries(forbidden)
    .filter(([name, pattern]) => pattern.test(headers[name] ?? ''))
    .map(([name]) => `its header ${name} must not be "${headers[name]}"`)
  return [...missing, ...wrong]
}
