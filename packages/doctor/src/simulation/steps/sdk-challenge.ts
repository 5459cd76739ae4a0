import { type Exchange, headerOf } from '../../evidence/exchange.ts'

/** What the official SDK takes out of `WWW-Authenticate`: `extractWWWAuthenticateParams` of `client/auth`. */
export interface SdkChallenge {
  readonly pointer?: string
  readonly scope?: string
  readonly error?: string
}

/** `schemes`: in lower case. Another scheme in front, or none behind the first space, and nothing is read. */
export function readSdkChallenge(exchange: Exchange, schemes: readonly string[]): SdkChallenge {
  const header = headerOf(exchange, 'www-authenticate')
  const [type, parameters] = header?.split(' ') ?? []
  if (header === undefined || type === undefined || !schemes.includes(type.toLowerCase()) || !parameters) return {}

  const pointer = field(header, 'resource_metadata')
  const scope = field(header, 'scope')
  const error = field(header, 'error')
  return {
    ...(pointer !== undefined && URL.canParse(pointer) && { pointer: new URL(pointer).href }),
    ...(scope !== undefined && { scope }),
    ...(error !== undefined && { error }),
  }
}

function field(header: string, name: string): string | undefined {
  const [, quoted, bare] = header.match(new RegExp(String.raw`${name}=(?:"([^"]+)"|([^\s,]+))`)) ?? []
  return quoted ?? bare
}
