import type { Case } from '../case.ts'
import { headOf, metadata, metadataIsOnlyRead, preflight } from '../expectations.ts'
import { wellKnown } from '../place.ts'

const forms = [wellKnown, `${wellKnown}/`, `${wellKnown}/mcp`, `${wellKnown}/mcp/`, `${wellKnown}/mcp?x=1`]

const read: readonly Case[] = forms.flatMap((target) => [
  {
    name: `GET ${target}`,
    group: 'metadata',
    sent: () => ({ target, headers: [['Accept', 'application/json']] }),
    expected: ({ url }) => metadata(url),
  },
  {
    name: `HEAD ${target}`,
    group: 'metadata',
    sent: () => ({ method: 'HEAD', target }),
    expected: ({ url }) => headOf(metadata(url)),
  },
  {
    name: `GET ${target} from a page of anybody's`,
    group: 'metadata',
    sent: () => ({
      target,
      headers: [
        ['Origin', 'https://evil.example'],
        ['MCP-Protocol-Version', '2025-11-25'],
      ],
    }),
    expected: ({ url }) => metadata(url),
  },
  {
    name: `a preflight of ${target} from a page of anybody's`,
    group: 'metadata',
    sent: () => ({
      method: 'OPTIONS',
      target,
      headers: [
        ['Origin', 'https://evil.example'],
        ['Access-Control-Request-Method', 'GET'],
        ['Access-Control-Request-Headers', 'mcp-protocol-version'],
      ],
    }),
    expected: () => preflight('*', 'mcp-protocol-version'),
  },
  {
    name: `GET ${target} with garbage for a token`,
    group: 'metadata',
    sent: () => ({ target, headers: [['Authorization', 'Bearer nonsense']] }),
    expected: ({ url }) => metadata(url),
  },
  {
    name: `GET ${target} with a good token`,
    group: 'metadata',
    sent: (issuer) => ({ target, headers: [['Authorization', `Bearer ${issuer.token()}`]] }),
    expected: ({ url }) => metadata(url),
  },
])

const written: readonly Case[] = ['POST', 'PUT', 'DELETE', 'PATCH'].map((method) => ({
  name: `${method} ${wellKnown}/mcp`,
  group: 'metadata',
  sent: () => ({
    method,
    target: `${wellKnown}/mcp`,
    ...(method !== 'DELETE' && { body: '{}', headers: [['Content-Type', 'application/json']] }),
  }),
  expected: () => metadataIsOnlyRead,
}))

/** The application may have servers that are not ours. */
const ofOthers: readonly Case[] = [
  `${wellKnown}/other`,
  `${wellKnown}/mcp/below`,
  `${wellKnown}-else/mcp`,
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/mcp-health/.well-known/oauth-protected-resource',
].map((target) => ({
  name: `GET ${target}, which is somebody else's`,
  group: 'metadata',
  sent: () => ({ target }),
  expected: () => ({ status: 404, without: ['www-authenticate', 'access-control-allow-origin'] }),
}))

export const metadataCases: readonly Case[] = [...read, ...written, ...ofOthers]
