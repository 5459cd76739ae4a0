import type { Case } from '../case.ts'
import { foreignHost, missing } from '../expectations.ts'
import { initialize, ofMcp } from '../messages.ts'

/** What some router takes for `/mcp`, or for something below it. */
const spellings: Readonly<Record<string, string>> = {
  'with a query': '/mcp?x=/health',
  'with a slash at its end': '/mcp/',
  'with two slashes at its end': '/mcp//',
  'in capitals': '/MCP',
  'in mixed letters': '/Mcp/',
  'with an encoded letter': '/%6dcp',
  'with an encoded letter in capitals': '/%4DCP',
  'with a letter that is encoded twice': '/%256dcp',
  'with an encoded slash at its end': '/mcp%2f',
  'behind two slashes': '//mcp',
  'behind an encoded slash': '/%2fmcp',
  'behind a dot': '/./mcp',
  'behind a directory that is left': '/health/../mcp',
  'behind an encoded directory that is left': '/health/%2e%2e/mcp',
  'with a parameter': '/mcp;x=1',
  'with a path below': '/mcp/sse',
  'with a path below that leads elsewhere': '/mcp/../mcp-health',
  'with an encoded path below that leads elsewhere': '/mcp/%2e%2e/mcp-health',
  'with a null behind it': '/mcp/%00',
}

export const pathCases: readonly Case[] = Object.entries(spellings).flatMap(([name, target]) => [
  {
    name: `POST ${target}, the path ${name}, without a token`,
    group: 'paths',
    sent: () => ({ method: 'POST', target, headers: ofMcp, body: initialize }),
    expected: () => (isResolved(target) ? { status: [200, 401, 404] } : missing),
  },
  {
    name: `GET ${target}, the path ${name}, without a token`,
    group: 'paths',
    sent: () => ({ target }),
    expected: () => (isResolved(target) ? { status: [200, 401, 404] } : missing),
  },
  {
    name: `POST ${target}, the path ${name}, with a good token for another host`,
    group: 'paths',
    sent: (issuer) => ({
      method: 'POST',
      target,
      headers: [['Host', 'evil.example'], ['Authorization', `Bearer ${issuer.token()}`], ...ofMcp],
      body: initialize,
    }),
    expected: () => (isResolved(target) ? { status: [200, 403, 404] } : foreignHost),
  },
])

/** What web types resolve before anybody sees it leads elsewhere there, and to the MCP server nowhere. */
function isResolved(target: string): boolean {
  return target.endsWith('/mcp-health')
}

export const absoluteCases: readonly Case[] = ['http://evil.example/mcp', 'http://mcp.example/mcp', 'HTTP://x/MCP'].map(
  (target) => ({
    name: `POST ${target}, an absolute target, without a token`,
    group: 'paths',
    sent: () => ({ method: 'POST', target, headers: ofMcp, body: initialize }),
    expected: () => ({ status: [400, 401, 403], without: ['access-control-allow-origin'] }),
  }),
)
