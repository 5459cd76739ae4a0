import type { TextsOf } from './text.ts'
import { seenAs, shortUrl } from './values.ts'

/** What answers in the place of an MCP server of today. */
export const noMcpTexts: TextsOf<'mcp_url_not_found' | 'old_transport' | 'server_fails' | 'website' | 'no_mcp_reply'> =
  {
    mcp_url_not_found: ({ url, status, other }) => [
      other === undefined
        ? 'There is no MCP server at this URL: look at the path.'
        : `There is no MCP server at this URL: it is at ${shortUrl(other, 70)}.`,
      `${shortUrl(url, 80)}: status ${status} to POST and to GET.`,
    ],
    old_transport: ({ url, status, isChallenged }) => [
      'The server speaks the transport of 2024 (HTTP+SSE), which MCP replaced in 2025: only clients that fall back to it connect.',
      `POST ${shortUrl(url, 40)}: status ${status}; GET ${isChallenged ? 'asks for a token' : 'opens a stream with the event "endpoint"'}; wanted is an answer to POST.`,
    ],
    server_fails: ({ status, gateway }) => [
      gateway === undefined
        ? `The server fails at the first message of every client (status ${status}), so nothing can be said of signing in yet.`
        : `${gateway} is there, but the MCP server behind it does not answer (status ${status}).`,
      `initialize without a token: status ${status}; wanted is an answer of the MCP server.`,
    ],
    website: ({ status, method, begins }) => [
      'This is a website and no MCP server: it shows a page for people.',
      `${method} shows status ${status} with a page "${seenAs(begins, 40)}"; wanted is JSON-RPC to POST.`,
    ],
    no_mcp_reply: ({ status, contentType, begins }) => [
      'Something takes the first message of clients and does not answer it as an MCP server would.',
      `initialize: status ${status}, ${begins === '' ? 'an empty body' : `${seenAs(contentType, 30)} "${seenAs(begins, 40)}"`}; wanted is a JSON-RPC result.`,
    ],
  }
