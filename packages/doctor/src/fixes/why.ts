import type { Change, FixContext } from './change.ts'

/** What a change is, and why it mends. */
export function whyOf({ kind }: Change, { target, metadataUrl }: FixContext): { title: string; why: string } {
  switch (kind) {
    case 'challenge':
      return {
        title:
          'answer 401 with a challenge to everybody who comes without a valid token, before anything else is looked at',
        why: 'a client signs in only when it is told to: 401, and a WWW-Authenticate header that says where the metadata is (RFC 9728 §5.1).',
      }
    case 'resource_metadata':
      return {
        title: `serve the metadata of ${target} where clients look for it`,
        why: `clients read at ${metadataUrl} where to sign in, and use it only when its "resource" is the URL they were given (RFC 9728 §3).`,
      }
    case 'open_well_known':
      return {
        title: 'let everybody through to /.well-known/ and to the MCP endpoint, signed in or not',
        why: 'the one says how to sign in, the other challenges by itself: a client that must be signed in to ask them never can be (RFC 9728 §3.1).',
      }
    case 'lift_password':
      return {
        title: 'ask no password on the paths of MCP and of signing in; the MCP endpoint challenges by itself',
        why: 'a password like this is for people with browsers: MCP clients know bearer tokens alone, and must read the metadata before they have one (RFC 9728 §3.1).',
      }
    case 'authorization_server_metadata':
      return {
        title: 'serve the metadata of the sign-in server, whole',
        why: 'clients read there where to send the person, where to register and that PKCE with S256 is spoken (RFC 8414 §2).',
      }
    case 'pass_challenge':
      return {
        title: 'let the proxy hand on the server’s 401 with its WWW-Authenticate header',
        why: 'that header is what makes a client sign in, and it came to the proxy and went no further.',
      }
    case 'route_well_known':
      return {
        title: 'send the well-known paths to the server as well',
        why: 'clients look for metadata at the root of the host, beside the MCP path, and the proxy has no route for it.',
      }
    case 'let_user_agents_in':
      return {
        title: 'answer all user agents alike on the paths of MCP and OAuth',
        why: 'the clients of AI vendors name themselves as bots do, and a rule against bots shuts out their users.',
      }
    case 'no_redirect':
      return {
        title: 'answer at the very URL that people type',
        why: 'a POST that is redirected becomes a GET in most clients, or is not followed at all (RFC 9110 §15.4).',
      }
    default:
      return kind satisfies never
  }
}
