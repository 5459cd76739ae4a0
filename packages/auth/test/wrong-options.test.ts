import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResourceServer } from '@portcullis/auth'
import { createAuthorizationServer } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'

/** As somebody writes who has no types. */
type Loose = Record<string, unknown>

const secret = 'a-secret-that-nobody-should-read-in-an-error'
const resource = { resource: 'https://mcp.example/mcp', scopes: { read: 'Read' } }
const interaction = { signedIn: async () => undefined, signIn: async () => new Response() }
const good: Loose = {
  issuer: 'https://auth.example',
  resources: [resource],
  store: memoryStore(),
  secrets: [{ id: 'k1', secret: new Uint8Array(32) }],
  interaction,
}
const goodResourceServer: Loose = { resource: resource.resource, authorizationServers: ['https://auth.example'] }

const ofAuthorizationServer: readonly [changes: Loose, message: RegExp][] = [
  ...['issuer', 'resources', 'store', 'secrets', 'interaction'].map((name): [Loose, RegExp] => [
    { [name]: undefined },
    new RegExp(`^"${name}" is missing: it must be `),
  ]),
  [{ isuer: 'https://auth.example' }, /^"isuer" is no option; did you mean "issuer"\?$/],
  [{ acessTokenLifetime: 60 }, /^"acessTokenLifetime" is no option; did you mean "accessTokenLifetime"\?$/],
  [{ colour: 'red' }, /^"colour" is no option/],
  [{ issuer: new URL('https://auth.example') }, /^"issuer" must be a string, but is an object$/],
  [{ issuer: 'auth.example' }, /^"issuer" /],
  [{ resources: 'https://mcp.example/mcp' }, /^"resources" must be a list, but is a string$/],
  [{ resources: [] }, /^"resources" must name at least one resource$/],
  [
    {
      resources: [
        { ...resource, alsoServedAt: ['https://b.example/'] },
        { ...resource, resource: 'https://b.example' },
      ],
    },
    /^two of "resources" are at "https:\/\/b\.example": a token is for one resource$/,
  ],
  [{ resources: ['https://mcp.example/mcp'] }, /^"resources\[0\]" must be an object, but is a string$/],
  [{ resources: [{ ...resource, scopes: undefined }] }, /^"resources\[0\]\.scopes" is missing: it must be an object$/],
  [{ resources: [{ ...resource, scopes: ['read'] }] }, /^"resources\[0\]\.scopes" must be an object, but is a list$/],
  [
    { resources: [{ ...resource, scopes: { read: 1 } }] },
    /^"resources\[0\]\.scopes\["read"\]" must be a string, but is 1$/,
  ],
  [
    { resources: [{ ...resource, scope: {} }] },
    /^"resources\[0\]\.scope" is no option; did you mean "resources\[0\]\.scopes"\?$/,
  ],
  [{ secrets: [secret] }, /^"secrets\[0\]" must be an object, but is a string$/],
  [{ secrets: [{ id: 'k1', secret }] }, /^"secrets\[0\]\.secret" must be a Uint8Array, but is a string$/],
  [{ secrets: [] }, /^"secrets" must have at least one secret$/],
  [{ store: {} }, /^"store\.get" is missing: it must be a function$/],
  [{ interaction: { signedIn: interaction.signedIn } }, /^"interaction\.signIn" is missing: it must be a function$/],
  [
    { interaction: { ...interaction, isActve: async () => false } },
    /^"interaction\.isActve" is no option; did you mean "interaction\.isActive"\?$/,
  ],
  [{ interaction: { ...interaction, decide: 'allow' } }, /^"interaction\.decide" must be a function, but is a string$/],
  [{ accessTokenLifetime: '600' }, /^"accessTokenLifetime" must be a number, but is a string$/],
  [{ accessTokenLifetime: null }, /^"accessTokenLifetime" must be a number, but is null$/],
  [{ accessTokenLifetime: Number.NaN }, /^"accessTokenLifetime" must be a whole number from 1 to 86400, but is NaN$/],
  [{ accessTokenLifetime: 0.5 }, /^"accessTokenLifetime" must be a whole number/],
  [{ codeLifetime: 601 }, /^"codeLifetime" must be a whole number from 1 to 600, but is 601$/],
  [{ deviceAuthorization: true }, /^"deviceAuthorization" must be an object, but is a boolean$/],
  [{ deviceAuthorization: { lifetime: '15m' } }, /^"deviceAuthorization\.lifetime" must be a number, but is a string$/],
  [
    { pushedRequests: { require: true } },
    /^"pushedRequests\.require" is no option; did you mean "pushedRequests\.required"\?$/,
  ],
  [{ pushedRequests: { required: 'yes' } }, /^"pushedRequests\.required" must be true or false, but is a string$/],
  [{ signingKeys: { algorithm: 'HS256' } }, /^"signingKeys\.algorithm" must be one of ES256/],
  [{ clients: [{ redirectUris: [] }] }, /^"clients\[0\]\.clientId" is missing: it must be a string$/],
  [
    { clients: [{ clientId: 'a', redirect_uris: [] }] },
    /^"clients\[0\]\.redirect_uris" is no option; did you mean "clients\[0\]\.redirectUris"\?$/,
  ],
  [{ clients: { a: {} } }, /^"clients" must be a list, but is an object$/],
  [
    { clients: [{ clientId: 'a', secret, redirectUris: 'https://a.example/cb' }] },
    /^"clients\[0\]\.redirectUris" must be a list/,
  ],
  [{ initialAccessTokens: secret }, /^"initialAccessTokens" must be a list, but is a string$/],
  [{ revocationReaders: [1] }, /^"revocationReaders\[0\]" must be a string, but is 1$/],
  [{ introspectionReaders: [secret] }, /^"introspectionReaders\[0\]" must be an object, but is a string$/],
  [
    { privileges: { job: { clientCredentials: ['read'] } } },
    /^"privileges\["job"\]\.clientCredentials" must be an object, but is a list$/,
  ],
  [
    { privileges: { job: { clientCredential: {} } } },
    /^"privileges\["job"\]\.clientCredential" is no option; did you mean/,
  ],
  [{ clientDocuments: true }, /^"clientDocuments" must be an object, but is a boolean$/],
  [{ clientDocuments: { fetch } }, /^"clientDocuments\.fetch" must be createGuardedFetch\(\)/],
  [{ clientDocuments: {} }, /^"clientDocuments" must have "fetch": createGuardedFetch\(\)/],
  [{ branding: { colour: '#123456' } }, /^"branding\.colour" is no option; did you mean "branding\.color"\?$/],
  [{ allowedHosts: 'auth.example' }, /^"allowedHosts" must be a list, but is a string$/],
  [{ claims: {} }, /^"claims" must be a function, but is an object$/],
  [{ onEvent: 'log' }, /^"onEvent" must be a function, but is a string$/],
  [{ now: 1_800_000_000 }, /^"now" must be a function, but is 1800000000$/],
]
for (const [changes, message] of ofAuthorizationServer)
  test(`createAuthorizationServer with ${shown(changes)} is a TypeError that says what is wanted`, () => {
    assert.throws(
      () => create(createAuthorizationServer, { ...good, ...changes }),
      (error) => {
        assert.ok(error instanceof TypeError, String(error))
        assert.match(error.message, message)
        assert.ok(!error.message.includes(secret))
        return true
      },
    )
  })

const ofResourceServer: readonly [changes: Loose, message: RegExp][] = [
  [{ resource: undefined }, /^"resource" is missing: it must be a string$/],
  [{ authorizationServers: undefined }, /^"authorizationServers" is missing: it must be a list$/],
  [{ authorizationServers: 'https://auth.example' }, /^"authorizationServers" must be a list, but is a string$/],
  [{ authorizationServers: [] }, /^"authorizationServers" must name at least one issuer/],
  [
    { authorizationServers: [{ isuer: 'https://auth.example' }] },
    /^"authorizationServers\[0\]\.isuer" is no option; did you mean "authorizationServers\[0\]\.issuer"\?$/,
  ],
  [
    { authorizationServers: [{ issuer: 'https://auth.example', algorithms: 'ES256' }] },
    /^"authorizationServers\[0\]\.algorithms" must be a list/,
  ],
  [
    { authorizationServer: 'https://auth.example' },
    /^"authorizationServer" is no option; did you mean "authorizationServers"\?$/,
  ],
  [{ scopes: 'read' }, /^"scopes" must be a list, but is a string$/],
  [{ clockTolerance: '5' }, /^"clockTolerance" must be a number, but is a string$/],
  [{ clockTolerance: 61 }, /^"clockTolerance" must be a whole number, 0 or more and 60 at most, but is 61$/],
  [{ maxTokenAge: null }, /^"maxTokenAge" must be a number, but is null$/],
  [{ revocations: 'https://auth.example/revocations' }, /^"revocations" must be an object, but is a string$/],
  [{ revocations: {} }, /^"revocations\.read" is missing: it must be a function$/],
  [{ fetch: 'https://auth.example' }, /^"fetch" must be a function, but is a string$/],
]
for (const [changes, message] of ofResourceServer)
  test(`createResourceServer with ${shown(changes)} is a TypeError that says what is wanted`, () => {
    assert.throws(() => create(createResourceServer, { ...goodResourceServer, ...changes }), {
      name: 'TypeError',
      message,
    })
  })

test('options that are none are a TypeError that names the function', () => {
  for (const nothing of [undefined, null, 'https://auth.example', []]) {
    assert.throws(
      () => create(createAuthorizationServer, nothing),
      /^TypeError: createAuthorizationServer wants an object of options/,
    )
    assert.throws(
      () => create(createResourceServer, nothing),
      /^TypeError: createResourceServer wants an object of options/,
    )
  }
})

test('what is left out or undefined is the default, and a host may be an instance of a class of its own', () => {
  class Host {
    readonly #people = new Map()
    readonly audit = []
    async signedIn() {
      return this.#people.get('nobody')
    }
    async signIn() {
      return new Response()
    }
  }

  assert.doesNotThrow(() => create(createAuthorizationServer, { ...good, interaction: new Host(), onEvent: undefined }))
  assert.doesNotThrow(() => create(createResourceServer, { ...goodResourceServer, scopes: undefined }))
})

/** Calls it as JavaScript may. */
function create(factory: unknown, options: unknown): unknown {
  assert.ok(typeof factory === 'function')
  return factory(options)
}

function shown(changes: Loose): string {
  return Object.entries(changes)
    .map(
      ([name, value]) =>
        `${name}: ${value === undefined ? 'nothing' : JSON.stringify(value, (_, each) => (typeof each === 'function' ? 'a function' : each))}`,
    )
    .join()
}
