import type { TextsOf } from './text.ts'
import { found, listed, seenAs, shortUrl } from './values.ts'

export const networkTexts: TextsOf<
  | 'unreachable'
  | 'certificate_untrusted'
  | 'not_public'
  | 'ipv4_missing'
  | 'plain_http'
  | 'user_agent_blocked'
  | 'blocked_at_the_edge'
  | 'redirected'
  | 'encoding_wrong'
  | 'unusual_port'
  | 'slow'
  | 'rate_limited'
> = {
  unreachable: ({ reason, detail }) => [
    `The server cannot be reached: ${found(reason)}.`,
    `POST to the MCP URL: ${seenAs(detail, 130)}.`,
  ],
  certificate_untrusted: ({ detail }) => [
    'The server cannot prove who it is: its certificate is not trusted, so no client talks to it.',
    `TLS: ${seenAs(detail, 140)}.`,
  ],
  not_public: ({ address, isTyped }) => [
    isTyped
      ? 'The server is on this machine or network: clients that run in the cloud cannot reach it.'
      : 'The name of the server leads into a private network: clients that run in the cloud cannot reach it.',
    `The host resolves to ${address}; hosted clients need a public IPv4 address.`,
  ],
  ipv4_missing: ({ addresses }) => [
    'The server has only an IPv6 address: hosted clients come by IPv4 and cannot reach it.',
    `The host resolves to ${listed(addresses)}, and has no A record.`,
  ],
  plain_http: ({ url, network }) => [
    network === 'public'
      ? 'The server speaks http without encryption: hosted clients refuse it, and anybody on the way reads the tokens.'
      : 'The server speaks http without encryption: anybody on the network can read the tokens.',
    `The URL is ${shortUrl(url)}; wanted is https (http on loopback only).`,
  ],
  user_agent_blocked: ({ userAgents, urls, found: outcome, otherwise, product }) => [
    `Something in front of the server${product === undefined ? '' : ` (${product})`} shuts out some clients by their name.`,
    `User-Agent ${listed(userAgents.map(nameOfVoice), 55)} at ${listed(
      urls.map((url) => shortUrl(url, 45)),
      48,
    )}: ${found(outcome)}; others: ${otherwise}.`,
  ],
  blocked_at_the_edge: ({ product, status }) => [
    `${product} answers in place of the server and lets no client through.`,
    `POST to the MCP URL: status ${status} from ${product}, not from the server.`,
  ],
  redirected: ({ what, url, status, location }) => [
    what === 'mcp_url'
      ? `The URL sends clients elsewhere, which many do not follow: give them ${seenAs(location)}${new URL(url).hostname === new URL(location).hostname ? '' : ', if you know that host'}.`
      : `A document of the server sends clients elsewhere, which some do not follow.`,
    `${shortUrl(url, 50)}: status ${status}, Location ${shortUrl(location, 50)}; wanted is the answer itself.`,
  ],
  encoding_wrong: ({ url }) => [
    'What the server sends is not packed as it says, so clients cannot read it.',
    `${shortUrl(url, 70)}: Content-Encoding does not fit the body; asked was Accept-Encoding: gzip, deflate, br.`,
  ],
  unusual_port: ({ port }) => [
    'The server listens at a port that some data centres do not connect to: Claude comes to port 443 alone.',
    `The URL has port ${port}; wanted is https at port 443, with nothing behind the host name.`,
  ],
  slow: ({ url, milliseconds, again }) => [
    again !== undefined && again < milliseconds / 2
      ? 'The server takes long to wake up: the first client after a pause may give up.'
      : 'The server takes long to answer: clients give up after some seconds.',
    `${shortUrl(url, 60)} took ${milliseconds} ms${again === undefined ? '' : `, later ${again} ms`}; hosted clients wait 10 s for all of discovery.`,
  ],
  rate_limited: ({ url }) => [
    'The server wanted fewer questions, so that the doctor could not see everything. Ask again in a minute.',
    `${shortUrl(url, 90)}: status 429.`,
  ],
}

function nameOfVoice(userAgent: string): string {
  return userAgent === '' ? '(none)' : userAgent
}
