import type { Case, Expected } from '../case.ts'
import type { Sent } from '../exchange.ts'
import { headOf, insufficient, invalid, methodNotAllowed, missing, twoTokens } from '../expectations.ts'
import type { Issuer } from '../issuer.ts'
import { initialize, initialized, ofMcp } from '../messages.ts'
import { scope } from '../place.ts'

type Headers = NonNullable<Sent['headers']>

interface Credentials {
  shown: (issuer: Issuer) => { headers?: Headers; query?: string }
  /** How whoever shows them is refused; `undefined` where they are let in. */
  refused: Expected | undefined
  /** Whether they are asked about with one method alone, since the issuer's keys are read anew for each, at most once a second. */
  isSlow?: boolean
}

const malformed = invalid('The Authorization header is malformed')
const bearer = (value: string): { headers: Headers } => ({ headers: [['Authorization', `Bearer ${value}`]] })

const shown: Readonly<Record<string, Credentials>> = {
  none: { shown: () => ({}), refused: missing },
  'an empty header': { shown: () => ({ headers: [['Authorization', '']] }), refused: missing },
  'the scheme alone': { shown: () => ({ headers: [['Authorization', 'Bearer']] }), refused: malformed },
  'a good token': { shown: (issuer) => bearer(issuer.token()), refused: undefined },
  'a good token with the scheme in small letters': {
    shown: (issuer) => ({ headers: [['Authorization', `bearer ${issuer.token()}`]] }),
    refused: undefined,
  },
  'a good token with the scheme in capitals': {
    shown: (issuer) => ({ headers: [['authorization', `BEARER ${issuer.token()}`]] }),
    refused: undefined,
  },
  'a good token behind two spaces': { shown: (issuer) => bearer(` ${issuer.token()}`), refused: undefined },
  'a good token, and something behind it': { shown: (issuer) => bearer(`${issuer.token()} more`), refused: malformed },
  'a good token in quotes': { shown: (issuer) => bearer(`"${issuer.token()}"`), refused: malformed },
  'a good token without its scheme': {
    shown: (issuer) => ({ headers: [['Authorization', issuer.token()]] }),
    refused: missing,
  },
  'a good token as DPoP': {
    shown: (issuer) => ({ headers: [['Authorization', `DPoP ${issuer.token()}`]] }),
    refused: missing,
  },
  Basic: { shown: () => ({ headers: [['Authorization', 'Basic YWxpY2U6c2VjcmV0']] }), refused: missing },
  'Basic with a good token as the password': {
    shown: (issuer) => ({
      headers: [['Authorization', `Basic ${Buffer.from(`alice:${issuer.token()}`).toString('base64')}`]],
    }),
    refused: missing,
  },
  'a good token in two headers': {
    shown: (issuer) => ({ headers: [...bearer(issuer.token()).headers, ...bearer(issuer.token()).headers] }),
    refused: twoTokens,
  },
  'a good token in one header and another in a second': {
    shown: (issuer) => ({ headers: [...bearer(issuer.token()).headers, ...bearer('other').headers] }),
    refused: twoTokens,
  },
  'Basic in one header and a good token in a second': {
    shown: (issuer) => ({ headers: [['Authorization', 'Basic YWxpY2U6c2VjcmV0'], ...bearer(issuer.token()).headers] }),
    refused: twoTokens,
  },
  'two good tokens in one header': {
    shown: (issuer) => bearer(`${issuer.token()}, Bearer ${issuer.token()}`),
    refused: twoTokens,
  },
  'a good token in the query': { shown: (issuer) => ({ query: `?access_token=${issuer.token()}` }), refused: missing },
  'a good token in the query by an encoded name': {
    shown: (issuer) => ({ query: `?access%5Ftoken=${issuer.token()}` }),
    refused: missing,
  },
  'a good token in the header, and one in the query': {
    shown: (issuer) => ({ ...bearer(issuer.token()), query: `?access_token=${issuer.token()}` }),
    refused: twoTokens,
  },
  'a good token in a cookie': {
    shown: (issuer) => ({ headers: [['Cookie', `access_token=${issuer.token()}; token=${issuer.token()}`]] }),
    refused: missing,
  },
  'a good token in headers of other names': {
    shown: (issuer) => ({
      headers: [
        ['Proxy-Authorization', `Bearer ${issuer.token()}`],
        ['X-Forwarded-Authorization', `Bearer ${issuer.token()}`],
        ['X-Access-Token', issuer.token()],
      ],
    }),
    refused: missing,
  },
  'headers in which a gateway would name the caller': {
    shown: () => ({
      headers: [
        ['X-Portcullis-Subject', 'alice'],
        ['X-Forwarded-User', 'alice'],
        ['X-Auth-Info', '{"clientId":"x"}'],
      ],
    }),
    refused: missing,
  },
  garbage: { shown: () => bearer('nonsense'), refused: invalid('The access token is malformed') },
  'garbage of three parts': { shown: () => bearer('a.b.c'), refused: invalid('The access token is malformed') },
  'a long garbage': { shown: () => bearer('x'.repeat(6000)), refused: invalid('The access token is malformed') },
  'a good token cut short': {
    shown: (issuer) => bearer(issuer.token().slice(0, -4)),
    refused: invalid('The signature of the access token is wrong'),
  },
  'an expired token': {
    shown: (issuer) => bearer(issuer.token({ exp: now() - 60, iat: now() - 660 })),
    refused: invalid('The access token has expired'),
  },
  'a token that is not valid yet': {
    shown: (issuer) => bearer(issuer.token({ nbf: now() + 300 })),
    refused: invalid('The access token is not valid yet'),
  },
  'a token for another resource': {
    shown: (issuer) => bearer(issuer.token({ aud: 'https://other.example/mcp' })),
    refused: invalid('The access token is for another resource'),
  },
  'a token for the origin of the resource': {
    shown: (issuer) => bearer(issuer.token({ aud: 'https://mcp.example' })),
    refused: invalid('The access token is for another resource'),
  },
  'a token for nobody': {
    shown: (issuer) => bearer(issuer.token({ aud: undefined })),
    refused: invalid('The access token is for another resource'),
  },
  'a token for this resource among others': {
    shown: (issuer) => bearer(issuer.token({ aud: ['https://other.example/mcp', 'https://mcp.example/mcp'] })),
    refused: undefined,
  },
  'a token without an end': {
    shown: (issuer) => bearer(issuer.token({ exp: undefined })),
    refused: invalid('The access token lacks a claim'),
  },
  'a token of another issuer': {
    shown: (issuer) => bearer(issuer.token({ iss: 'https://evil.example' })),
    refused: invalid('The access token is of an issuer that this server does not trust'),
  },
  'a token signed with a key that nobody knows': {
    shown: (issuer) => bearer(issuer.token({}, { kid: 'key-2' })),
    refused: invalid('The access token is signed with a key that its issuer does not publish'),
    isSlow: true,
  },
  'a token signed with another key': {
    shown: (issuer) => bearer(issuer.forged('by another key')),
    refused: invalid('The signature of the access token is wrong'),
  },
  'a token that is not signed': {
    shown: (issuer) => bearer(issuer.forged('unsigned')),
    refused: invalid('The access token is signed with an algorithm that is not accepted'),
  },
  'a token signed with the public key as a secret': {
    shown: (issuer) => bearer(issuer.forged('by the public key as a secret')),
    refused: invalid('The access token is signed with an algorithm that is not accepted'),
  },
  'an ID token': {
    shown: (issuer) => bearer(issuer.token({ nonce: 'x' }, { typ: 'JWT' })),
    refused: invalid('The token is no access token'),
  },
  'a token without a type': {
    shown: (issuer) => bearer(issuer.token({}, { typ: undefined })),
    refused: invalid('The token is no access token'),
  },
  'a token without the scope that is needed': {
    shown: (issuer) => bearer(issuer.token({ scope: 'notes:write' })),
    refused: insufficient(scope, `${scope} notes:write`),
  },
  'a token without any scope': {
    shown: (issuer) => bearer(issuer.token({ scope: undefined })),
    refused: insufficient(scope, scope),
  },
  'a token whose scope is a list': {
    shown: (issuer) => bearer(issuer.token({ scope: undefined, scp: [scope] })),
    refused: undefined,
  },
}

const methods: Readonly<Record<string, { sent: Partial<Sent>; letIn: Expected }>> = {
  POST: { sent: { headers: ofMcp, body: initialize }, letIn: initialized },
  GET: { sent: { headers: [['Accept', 'text/event-stream']] }, letIn: methodNotAllowed },
  HEAD: { sent: {}, letIn: headOf(methodNotAllowed) },
  DELETE: { sent: {}, letIn: methodNotAllowed },
  PUT: { sent: { headers: ofMcp, body: initialize }, letIn: methodNotAllowed },
}

export const credentialCases: readonly Case[] = Object.entries(shown).flatMap(([name, credentials]) =>
  Object.entries(methods)
    .filter(([method]) => !credentials.isSlow || method === 'POST')
    .map(([method, { sent, letIn }]): Case => {
      const { refused = letIn } = credentials
      return {
        name: `${method}, showing ${name}`,
        group: name.startsWith('a token') || name.startsWith('an ') ? 'tokens' : 'credentials',
        sent(issuer) {
          const { headers = [], query = '' } = credentials.shown(issuer)
          return { method, target: `/mcp${query}`, ...sent, headers: [...(sent.headers ?? []), ...headers] }
        },
        expected: () => (method === 'HEAD' ? headOf(refused) : refused),
      }
    }),
)

/** RFC 6750 §2.2, which is not for us (RS-36). */
export const formCase: Case = {
  name: 'POST, with a good token in a form',
  group: 'credentials',
  sent: (issuer) => ({
    method: 'POST',
    target: '/mcp',
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: `access_token=${issuer.token()}`,
  }),
  expected: () => missing,
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}
