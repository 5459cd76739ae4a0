import { type Browser, createBrowser, type Landing } from '../../attack/src/browser.ts'
import { unescapeHtml } from '../../attack/src/html.ts'
import { createWire } from '../../attack/src/wire.ts'

/** Somebody with a browser of their own, without scripts, who signs in by one identity provider wherever they are asked to. */
export interface Visitor extends Browser {
  /** The same browser, whose walks end where these origins do. */
  within(...origins: readonly string[]): Browser
  /** The same browser, and a sign-in by another identity provider. */
  by(identityProvider: string): Visitor
  /** Ends the connections that it keeps. */
  close(): void
}

export interface VisitorOptions {
  userName: string
  /** At the identity provider. */
  password: string
  /** Whose pages are walked through: Portcullis's and the identity provider's. Elsewhere a walk ends. */
  origins: readonly string[]
  /** The id of the identity provider, whose button is pressed where there is a choice. Default: there is none. */
  identityProvider?: string
}

export function createVisitor(options: VisitorOptions, cookies?: Browser['cookies']): Visitor {
  const { userName, password, origins, identityProvider } = options
  const wire = createWire({ from: undefined, say: () => {} })
  const press = [
    'decision=allow',
    'accept=Yes',
    ...(identityProvider === undefined ? [] : [`with=${identityProvider}`]),
  ]
  // Keycloak asks for `username`, oidc-provider's development pages for `login`.
  const manner = { press, answers: { username: userName, login: userName, password } }
  const browser = createBrowser(wire.send, { origins: new Set(origins), manner }, cookies)
  return {
    ...browser,
    within: (...some) => createBrowser(wire.send, { origins: new Set(some), manner }, browser.cookies),
    by: (other) => createVisitor({ ...options, identityProvider: other }, browser.cookies),
    close: wire.close,
  }
}

/** The address that a walk ended at, outside of all pages. Throws, with the page, where it ended on one. */
export function leftFor(landing: Landing): URL {
  if (landing.kind === 'left') return new URL(landing.to)
  const { url, answer } = landing
  throw new Error(`The walk ended at ${url} (${answer.status}): ${textOf(answer.text)}`)
}

/** What a page says, without its markup. */
export function textOf(page: string): string {
  const shown = page
    .replace(/<(head|style|script)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
  return unescapeHtml(shown).trim()
}
