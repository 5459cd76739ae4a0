import type { Case, Expected } from '../case.ts'
import { foreignHost, metadata, missing } from '../expectations.ts'
import { initialize, initialized, ofMcp } from '../messages.ts'
import { wellKnown } from '../place.ts'

/** A server may have a word of its own for a host that is none, or take part of it for the path. */
const noHost: Expected = { status: [400, 403, 404], without: ['www-authenticate', 'access-control-allow-origin'] }

const ours = ['mcp.example', 'MCP.Example', 'mcp.example:443', 'mcp.example:80']
const foreign = ['evil.example', 'mcp.example.evil.example', 'mcp.example:8443', 'localhost', '127.0.0.1', 'example']
const none = ['', 'mcp.example, evil.example', 'mcp.example/x', 'user@mcp.example']

const byHost: readonly Case[] = [...ours, ...foreign, ...none].flatMap((host) => {
  const isOurs = ours.includes(host)
  const refused = none.includes(host) ? noHost : foreignHost
  return [
    {
      name: `POST at the host "${host}", with a good token`,
      group: 'hosts',
      sent: (issuer) => ({
        method: 'POST',
        target: '/mcp',
        headers: [['Host', host], ['Authorization', `Bearer ${issuer.token()}`], ...ofMcp],
        body: initialize,
      }),
      expected: () => (isOurs ? initialized : refused),
    },
    {
      name: `GET at the host "${host}", without a token`,
      group: 'hosts',
      sent: () => ({ target: '/mcp', headers: [['Host', host]] }),
      expected: () => (isOurs ? missing : refused),
    },
    {
      name: `GET metadata at the host "${host}"`,
      group: 'hosts',
      sent: () => ({ target: `${wellKnown}/mcp`, headers: [['Host', host]] }),
      expected: ({ url }) => (isOurs ? metadata(url) : refused),
    },
  ]
})

/** What a proxy would say, and anybody can (law 1). */
const forwarded: readonly (readonly [string, string])[] = [
  ['X-Forwarded-Host', 'evil.example'],
  ['X-Forwarded-Proto', 'http'],
  ['X-Forwarded-Port', '8080'],
  ['X-Forwarded-Prefix', '/evil'],
  ['X-Original-Host', 'evil.example'],
  ['X-Original-URL', '/mcp-health'],
  ['X-Rewrite-URL', '/mcp-health'],
  ['Forwarded', 'host=evil.example;proto=http'],
  ['X-HTTP-Method-Override', 'OPTIONS'],
  ['X-Middleware-Subrequest', 'middleware:middleware:middleware:middleware:middleware'],
]

const byForwarded: readonly Case[] = forwarded.flatMap((header) => [
  {
    name: `POST with ${header.join(': ')}, without a token`,
    group: 'hosts',
    sent: () => ({ method: 'POST', target: '/mcp', headers: [header, ...ofMcp], body: initialize }),
    expected: () => missing,
  },
  {
    name: `GET metadata with ${header.join(': ')}`,
    group: 'hosts',
    sent: () => ({ target: `${wellKnown}/mcp`, headers: [header] }),
    expected: ({ url }) => metadata(url),
  },
])

const special: readonly Case[] = [
  {
    name: 'POST with two hosts, ours first',
    group: 'hosts',
    sent: (issuer) => ({
      method: 'POST',
      target: '/mcp',
      headers: [
        ['Host', 'mcp.example'],
        ['Host', 'evil.example'],
        ['Authorization', `Bearer ${issuer.token()}`],
        ...ofMcp,
      ],
      body: initialize,
    }),
    expected: () => noHost,
  },
  {
    name: 'GET in HTTP/1.0 without a host, with a good token',
    group: 'hosts',
    sent: (issuer) => ({ target: '/mcp', isHttp10: true, headers: [['Authorization', `Bearer ${issuer.token()}`]] }),
    expected: () => noHost,
  },
  {
    name: 'GET in HTTP/1.0 with our host, without a token',
    group: 'hosts',
    sent: () => ({ target: '/mcp', isHttp10: true, headers: [['Host', 'mcp.example']] }),
    expected: () => missing,
  },
]

export const hostCases: readonly Case[] = [...byHost, ...byForwarded, ...special]
