import type { FindingCode } from '../findings/finding.ts'
import type { Change, FixContext } from './change.ts'

interface Words {
  readonly title: string
  readonly why: string
}

/** What a change is, and why it mends; in words of its own where a finding is about less than the change does. */
export function whyOf({ kind }: Change, context: FixContext, code?: FindingCode): Words {
  const words = { ...wordsOf(kind, context), ...(code && ownWords[kind]?.[code]) }
  if (context.issuer.includes('YOUR-') && tellsIssuer.has(kind))
    return {
      title: `${words.title}, with your sign-in server in it`,
      why: `${words.why} No sign-in server was seen, so the lines have YOUR-SIGN-IN-SERVER where its address belongs.`,
    }
  return words
}

const tellsIssuer: ReadonlySet<Change['kind']> = new Set(['resource_metadata', 'verify_token'])

const ownWords: { readonly [kind in Change['kind']]?: { readonly [Code in FindingCode]?: Partial<Words> } } = {
  challenge: {
    challenge_missing: { title: 'say in the 401 where to sign in: send WWW-Authenticate with it' },
    challenge_not_bearer: { title: 'challenge with the scheme Bearer, and point to the metadata' },
    challenge_malformed: { title: 'write the challenge as clients read it' },
    challenge_without_pointer: { title: 'say in the challenge where the metadata is' },
    challenge_behind_another: { title: 'send the Bearer challenge first, or alone' },
    pointer_not_absolute: {
      title: 'write the whole URL of the metadata into the challenge',
      why: 'clients open it as it stands, and half an address leads nowhere (RFC 9728 §5.1).',
    },
    pointer_to_other_origin: {
      title: 'let the challenge point to the metadata at the address that people type',
      why: 'clients refuse documents of another origin, or cannot reach it: often it is the inner address behind a proxy (RFC 9728 §3.3).',
    },
    pointer_leads_nowhere: {
      title: 'let the challenge point to where the metadata is',
      why: 'clients follow the challenge first, and some look nowhere else (RFC 9728 §5.1).',
    },
    bad_token_not_named: {
      title: 'answer a token that is not valid with 401 and error="invalid_token"',
      why: 'that is how a client learns that its token is dead and that it has to sign in again (RFC 6750 §3.1).',
    },
    head_not_challenged: { title: 'answer HEAD without a token as POST: 401 with a challenge' },
    get_not_challenged: { title: 'answer GET without a token as POST: 401 with a challenge' },
  },
  resource_metadata: {
    resource_metadata_at_root_only: {
      title: 'serve the metadata at the path of the MCP endpoint too, not at the root alone',
    },
    pointer_leads_nowhere: { title: 'serve the metadata where the challenge points' },
    issuer_mismatch: {
      title: 'name the sign-in server as it calls itself',
      why: 'clients compare the string in "authorization_servers" with the "issuer" that they find there, byte by byte (RFC 8414 §3.3).',
    },
  },
  authorization_server_metadata: {
    public_clients_not_listed: {
      title: 'let clients without a secret fetch tokens, and say so with "none"',
      why: 'most MCP clients run where no secret can be kept. The line is true only once the token endpoint asks them for none (RFC 7591 §2).',
    },
    client_documents_without_none: {
      title: 'let clients without a secret fetch tokens, and say so with "none"',
      why: 'a client that introduces itself by a document has no secret. The line is true only once the token endpoint asks for none.',
    },
    registration_elsewhere: {
      title: 'say in the metadata where clients register',
      why: 'registration was found, and clients go only where "registration_endpoint" sends them (RFC 8414 §2).',
    },
    issuer_mismatch: {
      title: 'let the sign-in server call itself as it is called in "authorization_servers"',
      why: 'clients compare the two, byte by byte, and stop where they differ (RFC 8414 §3.3).',
    },
    authorization_server_metadata_elsewhere: { title: 'serve the metadata of the sign-in server where clients look' },
  },
}

function wordsOf(kind: Change['kind'], { target, metadataUrl }: FixContext): Words {
  switch (kind) {
    case 'challenge':
      return {
        title:
          'answer 401 with a challenge to everybody who comes without a valid token, before anything else is looked at',
        why: 'a client signs in only when it is told to: 401, and a WWW-Authenticate header that says where the metadata is (RFC 9728 §5.1).',
      }
    case 'verify_token':
      return {
        title: 'check the signature, issuer, audience and expiry of each token before you believe it',
        why: 'whoever makes up a token is let in now. The keys of the sign-in server show who signed it, and the audience that it is for this server (RFC 9068 §4).',
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
    case 'replace_guard':
      return {
        title: 'take the guard away from /.well-known/ and the MCP endpoint, and let the latter challenge by itself',
        why: 'the guard asks for what no MCP client has, so nobody gets as far as the documents that say how to sign in (RFC 9728 §5.1).',
      }
    case 'authorization_server_metadata':
      return {
        title: 'serve the metadata of the sign-in server, whole',
        why: 'clients read there where to send the person, where to register and that PKCE with S256 is spoken (RFC 8414 §2).',
      }
    case 'check_code_verifier':
      return {
        title: 'check code_verifier at the token endpoint (PKCE, S256), and say so in the metadata',
        why: 'clients stop where S256 is not promised, and the promise is worth nothing unless the code_verifier is compared with the code_challenge (RFC 7636 §4.6).',
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
