import type { Exchange } from '../evidence/exchange.ts'
import { redirectTarget } from '../evidence/redirects.ts'
import { isHundred, isPage } from './look.ts'

/** Whether an answer shows people where to sign in, which no MCP client can use: a page, or a redirect to one. */
export function isLogin(exchange: Exchange): boolean {
  const location = redirectTarget(exchange)
  if (location !== undefined) return leadsToLogin(exchange.request.url, location)
  if (exchange.outcome.kind !== 'answer' || !isPage(exchange) || !isHundred(exchange, 2)) return false
  return /type=["']?password|sign[ -]?in|log[ -]?in\b/i.test(exchange.outcome.body)
}

function leadsToLogin(from: string, location: string): boolean {
  const { hostname, pathname, searchParams } = new URL(location)
  if (/log-?in|sign-?in|\/sso\b|\/saml|\/auth(orize)?\b|\/oauth2?\b/i.test(pathname)) return true
  if (/^(login|accounts|auth|sso|id|signin)\./i.test(hostname) && hostname !== new URL(from).hostname) return true
  return searchParams.has('redirect_uri') || searchParams.has('SAMLRequest')
}
