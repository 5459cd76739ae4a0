import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../tools.ts'

/** What a vendor's tokens are, in the file by which the tests of its preset play them. */
export interface KnownTokens {
  vendor: string
  sources: readonly { url: string; what: string; seen: string }[]
  issuer: string
  metadata: { at: string; jwks_uri: string }
  header: Readonly<Record<string, unknown>>
  claims: Readonly<Record<string, unknown>>
  expected: { clientId: string; scope: readonly string[]; roles: readonly string[] }
}

export function tokensOf(vendor: string): KnownTokens {
  return JSON.parse(readFileSync(join(root, 'packages/auth/test/issuers/tokens', `${vendor}.json`), 'utf8')) // ours
}

/** `token VENDOR`: an access token of a vendor, what is known by it, and where its form is from. */
export function issuerToken(vendor: string): string {
  const { issuer, header, claims, expected, sources } = tokensOf(vendor)
  const places: Readonly<Record<string, unknown>> = {
    '<issuer>': issuer,
    '<resource>': 'https://mcp.example.com/mcp',
    '<iat>': 1_795_000_000,
  }
  const filled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(filled)
    return typeof value === 'string' ? (places[value] ?? value) : value
  }
  const shown = Object.entries(claims).map(([name, value]) => `  "${name}": ${inLine(filled(value))}`)
  return `
\`\`\`jsonc
// header: ${inLine(header)}
{
${shown.join(',\n')}
}
\`\`\`

Known by it: client \`${expected.clientId}\`, scope ${named(expected.scope)}, roles ${named(expected.roles)}. The preset is tested with this token. Its form is from ${sources.map(source).join('; ')}.
`
}

function source({ url, what, seen }: KnownTokens['sources'][number]): string {
  return `[${what}](${url}) (${seen})`
}

function named(words: readonly string[]): string {
  return words.length === 0 ? 'none' : words.map((word) => `\`${word}\``).join(', ')
}

function inLine(value: unknown): string {
  return JSON.stringify(value, undefined, 1)
    .replaceAll(/\n\s*/g, ' ')
    .replaceAll(/\[ (.*?) \]/g, '[$1]')
}
