import type { Case, Expected } from '../case.ts'
import type { Sent } from '../exchange.ts'

const ours = ['www-authenticate', 'access-control-allow-origin', 'access-control-expose-headers']
const ok: Expected = { status: 200, without: ours, body: 'ok' }

const shown: Readonly<Record<string, Sent['headers']>> = {
  'as it comes': [],
  'at another host': [['Host', 'elsewhere.example']],
  'from a page of anybody’s': [['Origin', 'https://evil.example']],
  'from our own page': [['Origin', 'https://mcp.example']],
  'with garbage for a token': [['Authorization', 'Bearer nonsense']],
  'with Basic': [['Authorization', 'Basic YWxpY2U6c2VjcmV0']],
  'with two tokens': [
    ['Authorization', 'Bearer a'],
    ['Authorization', 'Bearer b'],
  ],
}

const health: readonly Case[] = Object.entries(shown).flatMap(([name, headers = []]) => [
  {
    name: `GET /mcp-health ${name}`,
    group: 'others',
    sent: () => ({ target: '/mcp-health', headers }),
    expected: () => ok,
  },
  {
    name: `HEAD /mcp-health ${name}`,
    group: 'others',
    sent: () => ({ method: 'HEAD', target: '/mcp-health', headers }),
    expected: () => ({ ...ok, body: '' }),
  },
  {
    name: `OPTIONS /mcp-health ${name}`,
    group: 'others',
    sent: () => ({ method: 'OPTIONS', target: '/mcp-health', headers }),
    expected: () => ({ status: [200, 204, 404, 405], without: ours }),
  },
])

const nowhere: readonly Case[] = [
  '/',
  '/mc',
  '/mcp2',
  '/mcp-healthy',
  '/health/mcp',
  '/.well-known',
  '/login?to=/mcp',
].map((target) => ({
  name: `GET ${target}, where nothing is`,
  group: 'others',
  sent: () => ({ target }),
  expected: () => ({ status: 404, without: ours }),
}))

export const otherCases: readonly Case[] = [...health, ...nowhere]
