import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { ask, callTool, said } from './ask.ts'
import { password, releases, sharedScene } from './scene.ts'
import { tokenAnswer } from './tokens.ts'
import { createWalker } from './walk.ts'

/** The twelve steps of the document's client, each following from the answer before: nothing is known but the URL of the server. */
const scene = await sharedScene()

interface Metadata {
  issuer: string
  authorization_endpoint: string
  token_endpoint: string
  registration_endpoint: string
}

interface ResourceMetadata {
  resource: string
  authorization_servers: [string, ...string[]]
  scopes_supported: string[]
}

/** How a client comes to be known at the authorization server. */
type Known = (found: { metadata: Metadata; scope: string; redirectUri: string }) => Promise<string>

const register: Known = async ({ metadata, scope, redirectUri }) => {
  const answer = await fetch(metadata.registration_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Somebody’s client',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      scope,
    }),
  })
  assert.equal(answer.status, 201, await answer.clone().text())
  return ((await answer.json()) as { client_id: string }).client_id // RFC 7591 §3.2.1
}

const ways: readonly [way: string, known: Known, pages: number][] = [
  ['a client that registers', register, 2],
  ['a client that was registered before', async () => 'orders-cli', 1],
]

for (const release of releases)
  for (const [way, known, pages] of ways)
    test(`FastMCP ${release}: from the header to a signed-in call: ${way}`, async () => {
      const url = scene.urls[release]
      const refused = await ask(url, undefined, 'initialize')
      assert.equal(refused.status, 401)
      const metadataUrl = /resource_metadata="([^"]+)"/.exec(refused.challenge ?? '')?.[1] ?? ''

      const resource = await json<ResourceMetadata>(metadataUrl)
      assert.equal(resource.resource, url, 'RFC 9728 §3.3')
      const [issuer] = resource.authorization_servers
      const metadata = await json<Metadata>(wellKnown(issuer))
      assert.equal(metadata.issuer, issuer, 'RFC 8414 §3.3')

      const scope = /scope="([^"]+)"/.exec(refused.challenge ?? '')?.[1] ?? ''
      const redirectUri = 'http://127.0.0.1/callback'
      const clientId = await known({ metadata, scope, redirectUri })
      const verifier = randomBytes(32).toString('base64url')
      const state = randomBytes(12).toString('base64url')
      const authorize = new URL(metadata.authorization_endpoint)
      authorize.search = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope,
        state,
        resource: url,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }).toString()
      const walker = createWalker({ username: 'ada', password, accept: 'Yes' })
      const { searchParams } = await walker.walkTo(redirectUri, authorize.href)
      assert.equal(searchParams.get('state'), state)
      assert.equal(searchParams.get('iss'), issuer, 'RFC 9207')
      assert.equal(walker.pages.length, pages, walker.pages.join(', '))

      const { access_token: token } = await tokenAnswer(issuer, {
        grant_type: 'authorization_code',
        code: searchParams.get('code') ?? '',
        redirect_uri: redirectUri,
        client_id: clientId,
        code_verifier: verifier,
        resource: url,
      })
      assert.equal(said(await callTool(url, token, 'whoami')), `You are ada, approver and clerk, by way of ${clientId}`)
    })

for (const release of releases)
  test(`FastMCP ${release}: law 15: what Keycloak says of itself is at the server's host too, byte by byte, and names Keycloak`, async () => {
    const { origin } = new URL(scene.urls[release])

    for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/oauth-authorization-server/mcp'])
      assert.equal(await text(`${origin}${path}`), await text(wellKnown(scene.issuer)))
  })

/** RFC 8414 §3.1: between host and path. */
function wellKnown(issuer: string): string {
  const { origin, pathname } = new URL(issuer)
  return `${origin}/.well-known/oauth-authorization-server${pathname}`
}

async function json<Document>(url: string): Promise<Document> {
  return JSON.parse(await text(url)) as Document // its fields are looked at by the test
}

async function text(url: string): Promise<string> {
  const answer = await fetch(url)
  assert.equal(answer.status, 200, url)
  return answer.text()
}
