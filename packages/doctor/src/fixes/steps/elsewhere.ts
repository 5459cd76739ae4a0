import type { Finding, FindingCode } from '../../findings/finding.ts'
import { byHandStep, gatewayStep } from './between.ts'
import { type Need, recipes } from './provider-recipes.ts'
import type { About, Steps } from './steps.ts'

export interface Elsewhere extends About {
  /** The product, where it was recognised. */
  readonly provider: string | undefined
}

/** What has to change at a sign-in server that is not the MCP server: nothing that is put into the MCP server would be read there. */
export function stepsElsewhere({ code }: Finding, about: Elsewhere): Steps | undefined {
  const need = needs[code]
  return need === undefined ? generalSteps(code, about) : stepsFor(need, about)
}

const needs: { readonly [Code in FindingCode]?: Need } = {
  no_way_to_register: 'registration',
  registration_guarded: 'registration',
  registration_elsewhere: 'registration',
  s256_missing: 's256',
  public_clients_not_listed: 'public_clients',
  client_documents_without_none: 'public_clients',
}

const wanted: { readonly [need in Need]: { title: string; why: string; ask: string } } = {
  registration: {
    title: 'let clients register',
    why: 'a client that nobody has entered by hand must register itself, or introduce itself by a document, before it can ask anybody to sign in (RFC 7591 §3).',
    ask: 'turn on dynamic client registration or client ID metadata documents, for everybody and without a token, and name it in its metadata (registration_endpoint, client_id_metadata_document_supported)',
  },
  s256: {
    title: 'check code_verifier (PKCE, S256) and say so',
    why: 'clients stop where S256 is not promised in the metadata (RFC 7636 §4.6).',
    ask: 'turn on PKCE with S256, and list it in "code_challenge_methods_supported" of its metadata; the line alone protects nobody',
  },
  public_clients: {
    title: 'let clients without a secret fetch tokens, and say so',
    why: 'most MCP clients run where no secret can be kept (RFC 7591 §2).',
    ask: 'let public clients fetch tokens with PKCE and no secret, and list "none" in "token_endpoint_auth_methods_supported" of its metadata',
  },
}

function stepsFor(need: Need, about: Elsewhere): Steps {
  const { host, provider } = about
  const name = provider ?? host
  const { title, why, ask } = wanted[need]
  const recipe = provider === undefined ? undefined : recipes[provider]?.[need]
  const last = need === 'registration' ? [byHandStep(name)] : []
  if (recipe === 'cannot')
    return {
      title: `put a sign-in server between ${name} and the clients that can ${short[need]}: ${name} cannot`,
      why: `${why} ${name} has no switch for it, and nothing that your MCP server serves is read in its place.`,
      steps: [
        gatewayStep(about).replace(/^Or put/, 'Put'),
        `Or name in "authorization_servers" one that can and that signs people in with ${name}: Keycloak, Auth0, WorkOS, Descope ….`,
        ...last,
      ],
    }
  return {
    title: `at ${name}, not in the MCP server: ${title}`,
    why,
    steps: [...(recipe ?? [`At ${host}: ${ask}.`]), gatewayStep(about), ...last],
  }
}

function generalSteps(code: FindingCode, { host, provider }: Elsewhere): Steps | undefined {
  const told = general[code]
  if (told === undefined) return undefined
  const name = provider ?? host
  return { title: `at ${name}, not in the MCP server: ${told.title}`, why: told.why, steps: told.steps(host) }
}

const short: { readonly [need in Need]: string } = {
  registration: 'register clients',
  s256: 'promise PKCE with S256',
  public_clients: 'take clients without a secret',
}

const general: {
  readonly [Code in FindingCode]?: { title: string; why: string; steps: (host: string) => readonly string[] }
} = {
  authorization_server_metadata_missing: {
    title: 'serve its metadata where clients look',
    why: 'clients read there where to send the person and where to register (RFC 8414 §3).',
    steps: (host) => [
      `Is "authorization_servers" in the MCP server’s metadata the issuer of ${host} as it calls itself, with its whole path (tenant, realm) and no more?`,
      `Serve /.well-known/oauth-authorization-server (or openid-configuration) at ${host}; behind a proxy, give that path a route.`,
    ],
  },
  authorization_server_metadata_guarded: {
    title: 'let everybody read its metadata',
    why: 'it says how to sign in: who must be signed in to read it never can be (RFC 8414 §3).',
    steps: (host) => [`Take the guard (sign-in, API key, firewall rule) away from /.well-known/ at ${host}.`],
  },
  authorization_server_metadata_not_json: {
    title: 'serve its metadata as JSON',
    why: 'a page stands there now, as single-page applications give it for every path (RFC 8414 §3.2).',
    steps: (host) => [
      `Send /.well-known/oauth-authorization-server and /.well-known/openid-configuration at ${host} to the sign-in server, not to the web application.`,
      'Is "authorization_servers" in the MCP server’s metadata the sign-in server, not the web application beside it?',
    ],
  },
  authorization_server_metadata_elsewhere: {
    title: 'serve its metadata where clients look',
    why: 'clients put the path of the issuer behind the well-known path, not before it (RFC 8414 §3.1).',
    steps: (host) => [
      `At ${host}: serve the same document at the place that is wanted (a route or a rewrite in its proxy).`,
    ],
  },
  issuer_mismatch: {
    title: 'let it call itself as it is called in "authorization_servers"',
    why: 'clients compare the two, byte by byte, and stop where they differ (RFC 8414 §3.3).',
    steps: (host) => [
      `At ${host}: set the public URL or hostname of the sign-in server (Keycloak: --hostname; behind a proxy: trust its forwarded headers).`,
      'Or write into "authorization_servers" of the MCP server what "issuer" says, if people can reach it there.',
    ],
  },
  response_type_code_missing: {
    title: 'speak the authorization code flow, and say so',
    why: 'clients ask for a code and nothing else (RFC 8414 §2).',
    steps: (host) => [
      `At ${host}: switch the authorization code flow on, and list "code" in "response_types_supported".`,
    ],
  },
  metadata_field_missing: {
    title: 'complete its metadata',
    why: 'clients stop where a field is missing that they need (RFC 8414 §2).',
    steps: (host) => [`At ${host}: add the field that is missing, or update the product: its newer versions have it.`],
  },
  metadata_field_malformed: {
    title: 'mend its metadata',
    why: 'clients read the fields as RFC 8414 §2 has them, and stop at others.',
    steps: (host) => [`At ${host}: write URLs as absolute https URLs and lists as JSON arrays of strings.`],
  },
}
