import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResourceServer, remoteRevocations } from '@portcullis/auth'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { createWorld, issuer, mcpRequest, resource } from './world.ts'

const ours = 'https://ours.example/t/1'
const other = 'https://other.example/t/2'

test('law 14: keys that one issuer took back are dropped and read anew, and open answers end, for its tokens alone', async () => {
  const { rs, feed, reads, tokens, open, takeBack } = await twoIssuers()

  await takeBack({ issuer: ours })
  const answers = await Promise.all(tokens.map((token) => rs.authenticate(mcpRequest(token))))

  assert.equal(feed.keysTakenBack, 'once')
  assert.deepEqual(answers.map(statusOf), [401, 200])
  assert.deepEqual(open.map(rs.isOver), [true, false])
  assert.deepEqual(reads, { [ours]: 2, [other]: 1 })
})

const unknown: [string, object][] = [
  ['says nothing of whose it is', {}],
  ['names an issuer that is not trusted', { issuer: 'https://elsewhere.example' }],
]
for (const [what, said] of unknown)
  test(`law 14: where a feed ${what}, keys that were taken back may be of any issuer: all are read anew`, async () => {
    const { rs, reads, tokens, open, takeBack } = await twoIssuers()

    await takeBack(said)
    const answers = await Promise.all(tokens.map((token) => rs.authenticate(mcpRequest(token))))

    assert.deepEqual(answers.map(statusOf), [401, 200])
    assert.equal(open[0] && rs.isOver(open[0]), true)
    assert.deepEqual(reads, { [ours]: 2, [other]: 2 })
  })

test('law 14: the feed names its issuer, over HTTP too', async () => {
  const secret = 'a-secret-for-a-resource-server-elsewhere'
  const world = createWorld({ as: { revocationReaders: [secret] } })
  const fetch = (request: Request) => world.as.fetch(request)

  const local = await world.as.revocations.read(undefined)
  const remote = await remoteRevocations({ url: `${issuer}/revocations`, secret, fetch }).read(undefined)

  assert.deepEqual([local.issuer, remote.issuer], [issuer, issuer])
})

/** A resource server that trusts two issuers and reads a feed, after a token of each was let in. */
async function twoIssuers() {
  const pairs = await Promise.all([ours, other].map(() => generateKeyPair('ES256', { extractable: true })))
  const published = await Promise.all(
    pairs.map(async ({ publicKey }) => ({ ...(await exportJWK(publicKey)), kid: 'a', alg: 'ES256' })),
  )
  const keys = new Map([ours, other].map((name, nth) => [`${name}/jwks`, [published[nth]]]))
  const reads: Record<string, number> = { [ours]: 0, [other]: 0 }
  const feed: { issuer?: string; ended: []; position: string; keysTakenBack?: string } = { ended: [], position: '' }
  const now = { at: 1_800_000_000 }
  const rs = createResourceServer({
    resource,
    authorizationServers: [ours, other].map((name) => ({ issuer: name, jwksUri: `${name}/jwks` })),
    revocations: { read: async () => feed },
    now: () => now.at,
    async fetch({ url }) {
      const name = url.replace(/\/jwks$/, '')
      reads[name] = (reads[name] ?? 0) + 1
      return Response.json({ keys: keys.get(url) })
    },
  })
  const tokens = await Promise.all(
    [ours, other].map((iss, nth) => {
      const claims = { iss, sub: 'u-7', aud: resource, client_id: 'c', scope: 'a', iat: now.at, exp: now.at + 300 }
      const jwt = new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'a' })
      return jwt.sign(pairs[nth]?.privateKey as CryptoKey) // there is one for each
    }),
  )
  const open = await Promise.all(tokens.map(admitted))

  async function admitted(token: string) {
    const answer = await rs.authenticate(mcpRequest(token))
    if (answer instanceof Response) throw new Error(`refused: ${answer.status}`)
    return answer
  }

  async function takeBack(said: { issuer?: string }) {
    const next = await generateKeyPair('ES256', { extractable: true })
    keys.set(`${ours}/jwks`, [{ ...(await exportJWK(next.publicKey)), kid: 'n', alg: 'ES256' }])
    Object.assign(feed, said, { keysTakenBack: 'once' })
    now.at += 3
  }

  return { rs, feed, reads, tokens, open, takeBack }
}

function statusOf(answer: object): number {
  return answer instanceof Response ? answer.status : 200
}
