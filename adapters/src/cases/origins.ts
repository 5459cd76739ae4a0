import type { Case, Expected } from '../case.ts'
import {
  foreignHost,
  foreignOrigin,
  headOf,
  insufficient,
  invalid,
  methodNotAllowed,
  missing,
  preflight,
  readable,
} from '../expectations.ts'
import { call, initialize, initialized, ofMcp } from '../messages.ts'
import { scope } from '../place.ts'

const own = 'https://mcp.example'
const foreign = [
  'https://evil.example',
  'http://mcp.example',
  'https://mcp.example:8443',
  'https://sub.mcp.example',
  'https://mcp.example.evil.example',
  'http://localhost:6274',
  'null',
  'mcp.example',
  '*',
]

const fromElsewhere: readonly Case[] = foreign.flatMap((origin) => [
  {
    name: `POST from ${origin}, with a good token`,
    group: 'origins',
    sent: (issuer) => ({
      method: 'POST',
      target: '/mcp',
      headers: [['Origin', origin], ['Authorization', `Bearer ${issuer.token()}`], ...ofMcp],
      body: initialize,
    }),
    expected: () => foreignOrigin,
  },
  {
    name: `a preflight from ${origin}`,
    group: 'origins',
    sent: () => ({
      method: 'OPTIONS',
      target: '/mcp',
      headers: [
        ['Origin', origin],
        ['Access-Control-Request-Method', 'POST'],
      ],
    }),
    expected: () => foreignOrigin,
  },
])

const fromOurs: readonly [
  name: string,
  expected: Expected,
  headers: (token: () => string) => (readonly [string, string])[],
  body?: string,
  method?: string,
][] = [
  ['without a token', missing, () => []],
  ['with garbage', invalid('The access token is malformed'), () => [['Authorization', 'Bearer nonsense']]],
  ['with a good token', initialized, (token) => [['Authorization', `Bearer ${token()}`]]],
  [
    'with a good token, for a tool that needs more',
    insufficient('notes:delete', `notes:delete ${scope}`),
    (token) => [['Authorization', `Bearer ${token()}`]],
    JSON.stringify(call('delete-notes')),
  ],
]

const fromHere: readonly Case[] = [
  ...fromOurs.map(
    ([name, expected, headers, body = initialize]): Case => ({
      name: `POST from ${own}, ${name}`,
      group: 'origins',
      sent: (issuer) => ({
        method: 'POST',
        target: '/mcp',
        headers: [['Origin', own], ...headers(() => issuer.token()), ...ofMcp],
        body,
      }),
      expected: () => readable(expected, own),
    }),
  ),
  {
    name: `GET from ${own}, with a good token`,
    group: 'origins',
    sent: (issuer) => ({
      target: '/mcp',
      headers: [
        ['Origin', own],
        ['Authorization', `Bearer ${issuer.token()}`],
      ],
    }),
    expected: () => readable(methodNotAllowed, own),
  },
  {
    name: `HEAD from ${own}, without a token`,
    group: 'origins',
    sent: () => ({ method: 'HEAD', target: '/mcp', headers: [['Origin', own]] }),
    expected: () => headOf(readable(missing, own)),
  },
]

/** The headers that browsers ask for, as they write them. */
const wanted = [
  'authorization',
  'authorization,content-type,mcp-protocol-version',
  'Authorization, Content-Type, Mcp-Session-Id, Last-Event-ID, Mcp-Method, Mcp-Name, Mcp-Param-City',
]

const preflights: readonly Case[] = [
  ...wanted.flatMap((list) =>
    ['POST', 'GET', 'DELETE'].map(
      (method): Case => ({
        name: `a preflight for ${method} that asks for ${list}`,
        group: 'origins',
        sent: () => ({
          method: 'OPTIONS',
          target: '/mcp',
          headers: [
            ['Origin', own],
            ['Access-Control-Request-Method', method],
            ['Access-Control-Request-Headers', list],
          ],
        }),
        expected: () => preflight(own, list),
      }),
    ),
  ),
  {
    name: 'a preflight that asks for no headers',
    group: 'origins',
    sent: () => ({
      method: 'OPTIONS',
      target: '/mcp',
      headers: [
        ['Origin', own],
        ['Access-Control-Request-Method', 'POST'],
      ],
    }),
    expected: () => preflight(own),
  },
  {
    name: 'a preflight that asks for what is no header',
    group: 'origins',
    sent: () => ({
      method: 'OPTIONS',
      target: '/mcp',
      headers: [
        ['Origin', own],
        ['Access-Control-Request-Headers', 'x"y<script>'],
      ],
    }),
    expected: () => preflight(own),
  },
  {
    name: 'a preflight of the path in another spelling',
    group: 'origins',
    sent: () => ({ method: 'OPTIONS', target: '/MCP/', headers: [['Origin', own]] }),
    expected: () => preflight(own),
  },
  {
    name: 'a preflight at another host',
    group: 'origins',
    sent: () => ({
      method: 'OPTIONS',
      target: '/mcp',
      headers: [
        ['Host', 'evil.example'],
        ['Origin', own],
      ],
    }),
    expected: () => foreignHost,
  },
]

export const originCases: readonly Case[] = [...fromElsewhere, ...fromHere, ...preflights]
