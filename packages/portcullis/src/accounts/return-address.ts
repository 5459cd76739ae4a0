import { parseConsoleAddress } from '../console/console-paths.ts'

const home = '/account'
const mostLength = 16_384

/** Pages to which people are sent back: of the authorization server, and their own. None of them does anything by being opened. */
export const returnAddresses: readonly string[] = [
  '/authorize',
  '/device',
  home,
  '/account/identities',
  '/account/passkeys',
  '/account/passkeys/add',
  '/account/passkeys/remove',
  '/account/password',
  '/account/sessions',
  '/account/email',
]

/**
 * Where to go on after signing in: `text` as a path of `origin` that is an authorization request, the page for devices, or a page of accounts, and the account
 * page for everything else. Never leads to another origin.
 */
export function parseReturnAddress(text: string | undefined, origin: string): string {
  if (text === undefined || text.length > mostLength || !text.startsWith('/') || !URL.canParse(text, origin))
    return home
  const url = new URL(text, origin)
  if (url.origin !== origin) return home
  const address = url.pathname + url.search
  return returnAddresses.includes(url.pathname) ? address : (parseConsoleAddress(address) ?? home)
}

/** Whether a client sent the browser there, as opposed to the person going by themselves. */
export function isFromClient(address: string, origin: string): boolean {
  return ['/authorize', '/device'].includes(new URL(address, origin).pathname)
}

/** The client that an authorization request at `address` names; `undefined` for other addresses. */
export function clientIdOf(address: string, origin: string): string | undefined {
  return parameterOf('client_id', address, origin)
}

/** The server that it names. */
export function resourceOf(address: string, origin: string): string | undefined {
  return parameterOf('resource', address, origin)
}

function parameterOf(name: string, address: string, origin: string): string | undefined {
  const { pathname, searchParams } = new URL(address, origin)
  return pathname === '/authorize' ? (searchParams.get(name) ?? undefined) : undefined
}
