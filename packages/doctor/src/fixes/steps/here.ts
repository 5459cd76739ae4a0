import { seenAs, shortUrl } from '../../findings/texts/values.ts'
import { shellWord } from '../shell-word.ts'
import { byHandStep, gatewayStep } from './between.ts'
import type { StepsOf } from './steps.ts'

/** Where nothing can be pasted, or not on every stack. */
export const stepsHere: StepsOf<
  | 'not_public'
  | 'ipv4_missing'
  | 'plain_http'
  | 'redirected'
  | 'user_agent_blocked'
  | 'blocked_at_the_edge'
  | 'slow'
  | 'endpoint_not_https'
  | 'endpoint_not_found'
  | 'registration_guarded'
  | 'no_way_to_register'
  | 'refresh_not_listed'
  | 'metadata_documents_differ'
  | 'key_set_unreachable'
  | 'token_endpoint_answers_wrong'
  | 'resource_metadata_guarded'
  | 'authorization_server_metadata_guarded'
  | 'authorization_server_metadata_missing'
  | 'stop_unexplained'
> = {
  not_public: () => ({
    title: 'give the server an address that clients in the cloud can reach',
    why: 'Claude, ChatGPT and others connect from their own data centres, never from the machine of the person.',
    steps: [
      'Put it on a host with a public IPv4 address, or behind a tunnel: Cloudflare Tunnel, ngrok or Tailscale Funnel; their pages for browsers and sign-ins (Access, interstitials) must be off.',
      'A firewall must let the vendors in: Claude comes from 160.79.104.0/21.',
      'Let the public name resolve to that address everywhere; a name that leads inside from within the office is fine for people, and not for them.',
    ],
  }),
  ipv4_missing: () => ({
    title: 'give the name an IPv4 address too (an A record)',
    why: 'hosted clients come by IPv4 alone.',
    steps: [
      'Add an A record with the public IPv4 address of the server, or of a proxy or CDN in front of it (Cloudflare and most load balancers have both).',
      'Let the server listen on IPv4 as well: 0.0.0.0, not [::] alone where that shuts IPv4 out.',
    ],
  }),
  plain_http: () => ({
    title: 'serve it over https',
    why: 'hosted clients refuse http, and whoever stands on the way reads the tokens (RFC 6750 §5.3).',
    steps: [
      'Put a proxy with a certificate in front; Caddy gets one by itself: mcp.example.com { reverse_proxy 127.0.0.1:3000 }',
      'Let the server name its https address in its metadata and its challenge (its public URL in the settings), and give people that URL.',
    ],
  }),
  redirected: ({ what, location }) =>
    what === 'mcp_url'
      ? {
          title: 'give people the URL that the redirect leads to, or answer at the one that they type',
          why: 'a POST that is redirected becomes a GET in most clients, or is not followed at all (RFC 9110 §15.4).',
          steps: [
            `Try the other URL: ${shortUrl(location, 100)}`,
            'A slash at the end: Next.js skipTrailingSlashRedirect: true in next.config; FastAPI and Starlette redirect_slashes=False; and a route for the path as people type it.',
            'http to https: people type https.',
          ],
        }
      : {
          title: 'answer at the address of the document itself',
          why: 'some clients follow no redirect there, and read no document (RFC 8414 §3.2: the answer is 200).',
          steps: [
            'Serve the document at the well-known path without a redirect: take that path out of the rule that adds a slash, a language or www.',
          ],
        },
  user_agent_blocked: ({ userAgents, product }) => ({
    title: 'answer all user agents alike on the paths of MCP and OAuth',
    why: 'the clients of AI vendors name themselves as bots do, and a rule against bots shuts out their users.',
    steps: [
      `Find the rule that refuses ${seenAs(userAgents.join(', '), 80)}: in the firewall or bot protection of ${product ?? 'what stands in front (CDN, WAF, nginx)'}, or in middleware of the application (isbot, express-useragent, a matcher in proxy.ts).`,
      'Take the MCP path, /.well-known/ and the endpoints of the sign-in out of it.',
    ],
  }),
  blocked_at_the_edge: ({ product }) => ({
    title: `let MCP clients pass ${product}`,
    why: 'it answers in the place of the server, with something that only a browser can do.',
    steps: [
      `In the settings of ${product}: make an exception for the MCP path, /.well-known/ and the endpoints of the sign-in, for all user agents.`,
    ],
  }),
  slow: ({ url }) => ({
    title: 'answer sooner than in a second or two',
    why: 'hosted clients give all of discovery about 10 seconds, and it is some ten requests.',
    steps: [
      `Look what ${shortUrl(url, 60)} waits for: documents can be constants, a challenge needs no database.`,
      'Keep one instance warm where the platform stops idle ones (minimum instances 1).',
    ],
  }),
  endpoint_not_https: ({ field, value }) => ({
    title: `name "${seenAs(field, 40)}" with https`,
    why: 'people would sign in without encryption, and clients refuse that (RFC 6749 §3.1.2.1, RFC 8414 §2).',
    steps: [
      `Set the public URL of the sign-in server to its https address: it takes ${shortUrl(value, 80)} from what its proxy tells it (trust X-Forwarded-Proto: Express app.set("trust proxy", 1); uvicorn --proxy-headers; Keycloak --proxy-headers xforwarded).`,
    ],
  }),
  endpoint_not_found: ({ field, url, status }) => ({
    title: `let "${seenAs(field, 40)}" be the address where that endpoint is`,
    why: `clients go there and find nothing (status ${status}).`,
    steps: [
      `Is something served at ${shortUrl(url, 90)}? If the endpoint is elsewhere, write that address into the metadata; behind a proxy, give the path a route.`,
      ...(field === 'registration_endpoint'
        ? ['If clients cannot register at all, take the line out: then the doctor says what else there is.']
        : []),
    ],
  }),
  registration_guarded: ({ url }) => ({
    title: 'let everybody register, signed in or not',
    why: 'a client registers before anybody can sign in with it (RFC 7591 §3).',
    steps: [`Take ${shortUrl(url, 80)} out of what the guard, the proxy or the firewall protects.`],
  }),
  no_way_to_register: (_args, about) => ({
    title: 'let clients register: no registration was found at this server',
    why: 'a client that nobody has entered by hand must register itself, or introduce itself by a document, before it can ask anybody to sign in. A registration_endpoint in the metadata helps only if there is one (RFC 7591 §3).',
    steps: [
      'Turn it on in what the sign-in server is made of, which then names it in its metadata: registerClient in the clientsStore of the MCP SDK’s mcpAuthRouter, features.registration of oidc-provider, allowDynamicClientRegistration and allowUnauthenticatedClientRegistration of better-auth; or client ID metadata documents, where it has them.',
      gatewayStep(about),
      byHandStep(about.host),
    ],
  }),
  refresh_not_listed: () => ({
    title: 'give refresh tokens, and say so',
    why: 'without them people sign in again whenever an access token ends (RFC 6749 §6).',
    steps: [
      'Switch refresh tokens on at the sign-in server, for public clients too, with rotation.',
      'Add refresh_token to "grant_types_supported" in its metadata: ["authorization_code", "refresh_token"].',
    ],
  }),
  metadata_documents_differ: ({ urls, field }) => ({
    title: 'serve one and the same document at both places',
    why: 'some clients read the one, some the other (RFC 8414 §5).',
    steps: [
      `Let "${seenAs(field, 40)}" be the same at ${shortUrl(urls[0], 70)} and ${shortUrl(urls[1], 70)}: make both of one object, or take the one away that is wrong.`,
    ],
  }),
  key_set_unreachable: ({ url }) => ({
    title: 'serve the public keys where "jwks_uri" says',
    why: 'who checks tokens fetches the keys there, and refuses every token without them (RFC 7517 §5).',
    steps: [
      `Is ${shortUrl(url, 90)} the right address, open to everybody, and does it answer 200 with {"keys": […]}?`,
      'A server that signs nothing leaves "jwks_uri" out of its metadata.',
    ],
  }),
  token_endpoint_answers_wrong: ({ url, status }) => ({
    title: 'read forms at the token endpoint, and tell mistakes as JSON',
    why: 'token requests are forms, never JSON, and mistakes are told with 400 and {"error": …} (RFC 6749 §4.1.3 and §5.2).',
    steps: [
      'Accept application/x-www-form-urlencoded: Express app.use(express.urlencoded({ extended: false })) before the token route; Hono c.req.parseBody(); Next.js request.formData(); FastAPI Form(…).',
      `An empty form to ${shortUrl(url, 60)} is answered with ${status} now; wanted is 400 with {"error":"invalid_request"} as application/json.`,
    ],
  }),
  resource_metadata_guarded: ({ url }) => ({
    title: 'let everybody read the metadata, signed in or not',
    why: 'it says how to sign in: who must be signed in to read it never can be (RFC 9728 §3.1).',
    steps: [
      `Take ${shortUrl(url, 90)} and all of /.well-known/ out of what the guard, the proxy or the firewall protects.`,
    ],
  }),
  authorization_server_metadata_guarded: ({ url }) => ({
    title: 'let everybody read the metadata of the sign-in server',
    why: 'it says how to sign in: who must be signed in to read it never can be (RFC 8414 §3).',
    steps: [
      `Take ${shortUrl(url, 90)} and all of /.well-known/ out of what the guard, the proxy or the firewall protects.`,
    ],
  }),
  authorization_server_metadata_missing: (_args, about) => ({
    title: 'name a sign-in server that is one, or put one in front',
    why: 'the metadata names this host as its sign-in server, and neither a document nor an endpoint of one was seen here.',
    steps: [
      'If people sign in elsewhere (Auth0, Keycloak, Clerk …), write its issuer into "authorization_servers" instead.',
      `If ${about.host} does sign people in, let it serve /.well-known/oauth-authorization-server (RFC 8414 §2) with the addresses of its endpoints.`,
      gatewayStep(about),
    ],
  }),
  stop_unexplained: (_args, { target }) => ({
    title: 'report this server to the doctor’s authors',
    why: 'clients stop here and nothing that was seen says why: that is a gap of the doctor, not a fault that can be named.',
    steps: [
      `Save what was seen: portcullis doctor ${shellWord(target)} --json > report.json, read it, and send it with what the client shows.`,
    ],
  }),
}
