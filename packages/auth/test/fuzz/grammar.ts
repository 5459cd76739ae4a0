import fc from 'fast-check'
import { oddHeaders, oddJson, oddNames, oddText } from './odd.ts'
import { type Body, type FuzzRequest, framings, type Parameter } from './request.ts'

/** Requests that the server would take, before anything is done to them. */
const form = 'application/x-www-form-urlencoded'

function valid(
  method: string,
  path: string,
  { query = {}, fields, headers = {}, text }: Partial<Parts> = {},
): FuzzRequest {
  const body: Body =
    fields !== undefined
      ? { kind: 'form', parameters: parametersOf(fields) }
      : text !== undefined
        ? { kind: 'text', text }
        : { kind: 'none' }
  const contentType =
    fields !== undefined ? { 'content-type': form } : text !== undefined ? { 'content-type': 'application/json' } : {}
  return {
    method,
    path,
    query: parametersOf(query),
    headers: Object.entries({ ...contentType, ...headers }),
    body,
    framing: 'honest',
  }
}

interface Parts {
  query: Record<string, string>
  fields: Record<string, string>
  headers: Record<string, string>
  text: string
}

function parametersOf(fields: Record<string, string>): Parameter[] {
  return Object.entries(fields).map(([name, value]) => ({ name, value, encoding: 'percent' }))
}

const authorization = {
  response_type: 'code',
  client_id: '«client»',
  redirect_uri: '«redirect»',
  state: 'st-1',
  scope: 'notes:read',
  resource: '«resource»',
  code_challenge: '«challenge»',
  code_challenge_method: 'S256',
}
const redemption = {
  grant_type: 'authorization_code',
  code: '«code»',
  redirect_uri: '«redirect»',
  client_id: '«client»',
  code_verifier: '«verifier»',
  resource: '«resource»',
}
const metadata = {
  redirect_uris: ['https://client.example/callback', 'http://127.0.0.1/callback', 'cursor://x/y'],
  client_name: 'A client',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  scope: 'notes:read',
  contacts: ['a@b.example'],
  client_uri: 'https://client.example/',
}
const assertion = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const validRequests: readonly FuzzRequest[] = [
  valid('GET', '/authorize', { query: authorization }),
  valid('GET', '/authorize', { query: { ...authorization, prompt: 'login', max_age: '10', login_hint: 'alice' } }),
  valid('GET', '/authorize', { query: { ...authorization, client_id: 'https://client.example/mcp.json' } }),
  valid('POST', '/authorize', {
    fields: { ...authorization, consent: '«consent»', decision: 'allow' },
    headers: { origin: '«origin»', cookie: '«cookie»' },
  }),
  valid('GET', '/authorize', { query: authorization, headers: { cookie: '«cookie»' } }),
  valid('GET', '/authorize', { query: authorization, headers: { cookie: '«cookie»' } }),
  valid('POST', '/token', { fields: redemption }),
  valid('POST', '/token', { fields: redemption }),
  valid('POST', '/token', {
    fields: { grant_type: 'refresh_token', refresh_token: '«refresh»', client_id: '«client»', scope: 'notes:read' },
  }),
  valid('POST', '/token', {
    fields: {
      grant_type: 'refresh_token',
      refresh_token: '«refresh»',
      client_id: '«confidential»',
      client_secret: '«secret»',
    },
  }),
  valid('POST', '/token', {
    fields: { grant_type: 'authorization_code', code: '«code»' },
    headers: { authorization: 'Basic «basic»' },
  }),
  valid('POST', '/token', {
    fields: { ...redemption, client_assertion_type: assertion, client_assertion: 'e30.e30.x' },
  }),
  valid('POST', '/token', {
    fields: { grant_type: 'client_credentials', client_id: '«confidential»', client_secret: '«secret»' },
  }),
  valid('POST', '/token', {
    fields: {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: '«access»',
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      client_id: '«confidential»',
      client_secret: '«secret»',
    },
  }),
  valid('POST', '/token', {
    fields: {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: '«code»',
      client_id: '«client»',
    },
  }),
  valid('POST', '/token', {
    fields: {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: 'e30.e30.x',
      client_id: '«confidential»',
    },
  }),
  valid('POST', '/revoke', { fields: { token: '«refresh»', client_id: '«client»', token_type_hint: 'refresh_token' } }),
  valid('POST', '/revoke', { fields: { token: '«access»', client_id: '«client»' } }),
  valid('POST', '/register', { text: JSON.stringify(metadata) }),
  valid('POST', '/register', {
    text: JSON.stringify({ ...metadata, token_endpoint_auth_method: 'client_secret_basic' }),
  }),
  valid('POST', '/introspect', {
    fields: { token: '«access»', client_id: '«confidential»', client_secret: '«secret»' },
  }),
  valid('POST', '/par', { fields: authorization }),
  valid('POST', '/device_authorization', { fields: { client_id: '«client»', scope: 'notes:read' } }),
  valid('GET', '/userinfo', { headers: { authorization: 'Bearer «access»' } }),
  valid('GET', '/revocations', {
    headers: { authorization: 'Bearer «reader»' },
    query: { position: 'x.0000000000000001.y' },
  }),
  valid('GET', '/jwks'),
  valid('GET', '/.well-known/oauth-authorization-server'),
  valid('GET', '/.well-known/openid-configuration'),
  valid('OPTIONS', '/token', { headers: { 'access-control-request-headers': 'x' } }),
]

type Mutation = (request: FuzzRequest) => FuzzRequest

const encoding = fc.constantFrom<Parameter['encoding']>('percent', 'percent', 'percent', 'raw', 'twice', 'broken')
const parameter: fc.Arbitrary<Parameter> = fc.record({ name: oddNames, value: oddText, encoding })
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'BREW', 'get']
const paths = [
  '/',
  '//',
  '/token/',
  '/TOKEN',
  '/token%2f',
  '/%',
  '/authorize/..',
  '/account',
  '/account/sign-in',
  '/mcp',
  '/.well-known/',
  '/.well-known/oauth-protected-resource',
]

/** Puts a value in the place of one, removes one, says it twice, adds one. */
const mutateParameters: fc.Arbitrary<Mutation> = fc
  .tuple(fc.constantFrom('put', 'remove', 'repeat', 'add', 'encode', 'affix'), fc.nat(12), parameter)
  .map(([how, at, odd]) => onParameters((all) => changed(all, how, at, odd)))

function changed(all: readonly Parameter[], how: string, at: number, odd: Parameter): readonly Parameter[] {
  const place = all.length === 0 ? 0 : at % all.length
  const there = all[place]
  if (how === 'add' || there === undefined) return [...all, odd]
  if (how === 'remove') return all.toSpliced(place, 1)
  if (how === 'repeat') return [...all, { ...there, value: at > 6 ? there.value : odd.value }]
  if (how === 'encode') return all.with(place, { ...there, encoding: odd.encoding })
  if (how === 'affix')
    return all.with(place, { ...there, value: at > 6 ? there.value + odd.value : odd.value + there.value })
  return all.with(place, { ...odd, name: there.name })
}

function onParameters(change: (all: readonly Parameter[]) => readonly Parameter[]): Mutation {
  return (request) =>
    request.body.kind === 'form'
      ? { ...request, body: { kind: 'form', parameters: change(request.body.parameters) } }
      : { ...request, query: change(request.query) }
}

const mutateHeaders: fc.Arbitrary<Mutation> = oddHeaders.map((header) => (request) => ({
  ...request,
  headers: [...request.headers, header],
}))

const mutateMethod: fc.Arbitrary<Mutation> = fc
  .constantFrom(...methods)
  .map((method) => (request) => ({ ...request, method }))

const mutatePath: fc.Arbitrary<Mutation> = fc.constantFrom(...paths).map((path) => (request) => ({ ...request, path }))

const mutateBody: fc.Arbitrary<Mutation> = fc
  .oneof(
    { weight: 6, arbitrary: oddJson.map((text): Body => ({ kind: 'text', text })) },
    { weight: 2, arbitrary: oddText.map((text): Body => ({ kind: 'text', text })) },
    {
      weight: 2,
      arbitrary: fc
        .array(fc.nat(255), { maxLength: 200 })
        .map((bytes): Body => ({ kind: 'bytes', bytes: String.fromCharCode(...bytes) })),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({ length: fc.constantFrom(8193, 16_385, 65_537, 200_000), announced: fc.boolean() })
        .map((huge): Body => ({ kind: 'huge', ...huge })),
    },
  )
  .map((body) => (request) => (request.method === 'GET' ? request : { ...request, body }))

/** Fields of a registration, with one that is odd. */
const mutateMetadata: fc.Arbitrary<Mutation> = fc
  .tuple(
    fc.constantFrom(...Object.keys(metadata), 'jwks', 'jwks_uri', 'logo_uri', '__proto__', 'application_type'),
    oddJson,
  )
  .map(([name, value]) => (request) => {
    if (request.path !== '/register' || request.body.kind !== 'text') return request
    const others = Object.entries(metadata).filter(([each]) => each !== name)
    const text = `{${[...others.map(([each, its]) => `${JSON.stringify(each)}:${JSON.stringify(its)}`), `${JSON.stringify(name)}:${value}`].join(',')}}`
    return { ...request, body: { kind: 'text', text } }
  })

const mutateFraming: fc.Arbitrary<Mutation> = fc
  .constantFrom(...framings)
  .map((framing) => (request) => ({ ...request, framing }))

const mutation = fc.oneof(
  { weight: 10, arbitrary: mutateParameters },
  { weight: 4, arbitrary: mutateMetadata },
  { weight: 3, arbitrary: mutateHeaders },
  { weight: 2, arbitrary: mutateFraming },
  { weight: 1, arbitrary: mutateBody },
  { weight: 1, arbitrary: mutateMethod },
  { weight: 1, arbitrary: mutatePath },
)

/** A valid request, to which up to four things were done. */
export const fuzzRequest: fc.Arbitrary<FuzzRequest> = fc
  .tuple(fc.constantFrom(...validRequests), fc.array(mutation, { maxLength: 4 }))
  .map(([request, mutations]) => mutations.reduce((mutated, mutate) => mutate(mutated), request))
