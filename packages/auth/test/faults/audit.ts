import assert from 'node:assert/strict'
import { alice, attemptOf, consent, exchange, mcpRequest, refresh, register, resource } from '../world.ts'
import type { Play } from './play.ts'

/** What must hold whatever went wrong, once it is over. */
export async function audit(play: Play): Promise<void> {
  requireNothingTwice(play)
  await requireWholeFeed(play)
  await requireWholeConsents(play)
  await requireTokensLikeGrants(play)
  await requireGoingOn(play)
}

/** One code, one redemption; one refresh token, one successor. */
function requireNothingTwice({ successors }: Play): void {
  for (const [presented, answers] of successors)
    assert.equal(answers.size, 1, `${presented} has ${answers.size} successors`)
}

/** Every end stands in the feed, once, without a gap, and no grant that ended is there. */
async function requireWholeFeed({ host }: Play): Promise<void> {
  await host.peek(async (store) => {
    const head = await store.get('feedHead', 'head')
    const ended = await store.list('endedGrant', 'feed', 'all', { limit: 1000 })
    assert.deepEqual(
      ended.map(({ id }) => Number(id)),
      Array.from({ length: head?.value.position ?? 0 }, (_, nth) => nth + 1),
    )
    assert.equal(new Set(ended.map(({ value }) => value.grantId)).size, ended.length, 'a grant ended twice')
    for (const { value } of ended) assert.equal(await store.get('grant', value.grantId), undefined)
  })
}

/** A form that was allowed has one grant, and a client that is kept for good; there is no grant without a form, no form without its grant. */
async function requireWholeConsents({ host, allowedForms, grantsWithoutForm }: Play): Promise<void> {
  await host.peek(async (store) => {
    const ended = await store.list('endedGrant', 'feed', 'all', { limit: 1000 })
    const living = await store.list('grant', 'subject', alice.subject, { limit: 1000 })
    const known = new Set([...living.map(({ id }) => id), ...ended.map(({ value }) => value.grantId)])
    const ofForms = new Set<string>()
    for (const form of allowedForms) {
      const used = await store.get('usedConsent', form)
      if (used !== undefined) ofForms.add(used.value.grantId)
    }
    assert.deepEqual(
      [...known].filter((id) => !grantsWithoutForm.has(id)).sort(),
      [...ofForms].sort(),
      'half a consent',
    )
    for (const { value } of living) {
      const client = await store.get('client', value.clientId)
      if (client !== undefined) assert.equal(client.expiresAt, undefined, 'a client with a grant goes away')
    }
  })
}

/** Access tokens of living grants let in, those of ended ones do not. Opaque ones, and those for others, a story asks about itself. */
async function requireTokensLikeGrants({ host, rs, accessTokens }: Play): Promise<void> {
  host.clock.now += 3 // the view of the feed is read anew
  for (const token of accessTokens.filter((each) => each.split('.').length === 3)) {
    const { grant_id, aud, exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    if (aud !== resource) continue
    const isLiving = (await host.peek((store) => store.get('grant', grant_id))) !== undefined
    const answer = await rs.authenticate(mcpRequest(token))
    assert.equal(
      !(answer instanceof Response),
      isLiving && host.clock.now < exp,
      `${grant_id} is taken for ${!isLiving}`,
    )
  }
}

/** The server goes on: somebody new signs in, and what there is of tokens is refreshed. */
async function requireGoingOn({ host }: Play): Promise<void> {
  const send = async (path: string, init?: RequestInit) =>
    host.as.fetch(new Request(new URL(path, 'https://auth.example'), init))
  const client = await register({ send })
  const attempt = attemptOf(client)
  const code = (await consent({ send }, attempt)).get('code') ?? ''
  const { body } = await exchange({ send }, attempt, code)
  const { status } = await refresh({ send }, client, body.refresh_token ?? '')
  assert.equal(status, 200)
}
