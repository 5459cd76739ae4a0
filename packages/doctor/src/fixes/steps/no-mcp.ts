import type { Finding, FindingArgs, FindingCode } from '../../findings/finding.ts'
import type { Fix } from '../fix.ts'
import { shellWord } from '../shell-word.ts'
import type { Steps } from './steps.ts'

type ToDo = (Steps & Partial<Pick<Fix, 'check'>>) | undefined

/** What to do where there is no MCP server of today to sign in to: nothing of OAuth. */
export function whatToDoWithout(finding: Finding): ToDo {
  const toDo = toDos[finding.code]
  // The code of a finding says which arguments it has, which the compiler cannot follow through the table.
  return (toDo as ((args: unknown) => ToDo) | undefined)?.(finding.args)
}

const toDos: { readonly [Code in FindingCode]?: (args: FindingArgs[Code]) => ToDo } = {
  unreachable: ({ url, reason }) => {
    const plain = url.replace(/^https:/i, 'http:')
    if (reason === 'speaks_http')
      return {
        title: `try ${plain}, or give the server TLS`,
        why: 'what listens at this port speaks http: https needs a certificate there, or a proxy with one in front.',
        steps: [
          `On your own machine: ${plain}`,
          'For clients elsewhere: a proxy that speaks https (Caddy gets a certificate by itself), and its URL.',
        ],
        check: `portcullis doctor ${shellWord(plain)}`,
      }
    if (reason === 'old_tls')
      return {
        title: 'let the server speak TLS 1.2 and 1.3',
        why: 'clients gave up TLS 1.0 and 1.1 (RFC 8996), and so find no common language with it.',
        steps: [
          'nginx: ssl_protocols TLSv1.2 TLSv1.3; in the server block.',
          'A load balancer or CDN: choose a TLS policy of 1.2 or later.',
        ],
      }
    return undefined
  },
  mcp_url_not_found: ({ other }) =>
    other === undefined
      ? {
          title: 'look for the path of the MCP endpoint',
          why: 'nothing takes messages here, whoever sends them.',
          steps: [
            'The documentation of the server names it; it often ends with /mcp. Small and capital letters are not the same.',
            'Where the server is yours: is it mounted at this path, and does the proxy send the path to it?',
          ],
        }
      : {
          title: `use this one: ${other}`,
          why: 'the server says in its metadata that its MCP endpoint is there, letter by letter.',
          steps: [`Give clients ${other}`],
          check: `portcullis doctor ${shellWord(other)}`,
        },
  old_transport: () => ({
    title: 'serve streamable HTTP, which replaced this transport in MCP 2025-03-26',
    why: 'clients POST to the URL first; some of them try nothing else, and those that do will not for ever.',
    steps: [
      'Official SDK, TypeScript: StreamableHTTPServerTransport instead of SSEServerTransport, at one path for POST and GET.',
      'FastMCP: mcp.run(transport="http") instead of "sse"; official SDK, Python: transport="streamable-http".',
      'Leave the old path beside the new one while clients use it. Until then some can be told: claude mcp add --transport sse NAME URL.',
    ],
  }),
  redirected: ({ what, url, location }) =>
    what !== 'mcp_url'
      ? undefined
      : {
          title: isOtherHost(url, location)
            ? `use this one, if you know that other host for yours: ${location}`
            : `use this one: ${location}`,
          why: 'a POST that is redirected becomes a GET in many clients, or is not followed at all (RFC 9110 §15.4).',
          steps: [`Give clients ${location}, and let the metadata name it as its "resource".`],
          check: `portcullis doctor ${shellWord(location)}`,
        },
  challenge_not_bearer: ({ says }) =>
    says === undefined
      ? undefined
      : {
          title: 'put OAuth in front of the server, since it knows keys alone',
          why: 'MCP clients sign their users in with OAuth; a key must be typed in by hand, where a client lets people at all.',
          steps: [
            'Portcullis can stand in front and add the key itself: portcullis serve.',
            'Until then: claude mcp add --transport http NAME URL --header "NAME-OF-THE-HEADER: KEY", and headers in the settings of others.',
          ],
        },
  server_fails: ({ status, gateway }) => ({
    title:
      gateway === undefined ? 'find out why the server fails' : 'let the MCP server answer behind what stands in front',
    why: 'this is no matter of signing in: no client comes so far.',
    steps:
      gateway === undefined
        ? [`Look into the log of the server for the error behind the status ${status}.`]
        : [
            'Is the MCP server running? Look into its log.',
            `Does ${gateway} send to the host and port where it listens?`,
          ],
  }),
  website: () => ({
    title: 'use the URL of the MCP endpoint',
    why: 'an MCP server answers POST with JSON-RPC, and people see no page of it.',
    steps: [
      'Look for the URL in the documentation of the service: it often ends with /mcp.',
      'Where the server is yours: give this path to the MCP server before the website takes it.',
    ],
  }),
  no_mcp_reply: () => ({
    title: 'use the URL of the MCP endpoint, or answer initialize there',
    why: 'a request is answered in the same HTTP answer, as JSON or as a stream of events; 202 is for notifications.',
    steps: [
      'Is this the URL of an MCP server? Webhooks and queues answer so.',
      'Where the server is yours: hand what is posted to the transport of the SDK, and let it write the answer.',
    ],
  }),
}

/** Who answers in the place of the server, as a network that wants a sign-in of its own, sends people where it likes. */
function isOtherHost(url: string, location: string): boolean {
  return new URL(url).hostname !== new URL(location).hostname
}

/** Its lines hold hashes of passwords, which are nobody's to paste. */
export function passwordOnCaddy({ code, args }: Finding, paths: readonly string[]): ToDo {
  if (code !== 'challenge_not_bearer' || !('isEverywhere' in args) || !args.isEverywhere) return undefined
  return {
    title: 'ask no password on the paths of MCP and of signing in; the MCP endpoint challenges by itself',
    why: 'a password like this is for people with browsers: MCP clients know bearer tokens alone (RFC 6750 §3).',
    steps: [
      `Above basic_auth in the Caddyfile: @people not path /.well-known/* ${paths.join(' ')}`,
      'And in its first line: basic_auth @people { … }; then caddy reload.',
    ],
  }
}
