import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newSite, password } from '../../test/pages-site.ts'

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0'
const from = (userAgent: string, clientAddress: string) => ({
  headers: { origin: 'https://mcp.example', 'user-agent': userAgent },
  clientAddress,
  connection: { peerAddress: '10.0.0.1', localAddress: '10.0.0.2' },
})

test('a person sees where they are signed in: browser and system in words, neighbourhood, since when and last seen, this one first', async () => {
  const site = await newSite()
  const here = await site.signedIn('ada')
  const there = site.browser()
  await there.post('/account/sign-in', { user_name: 'ada', password }, from(firefox, '198.51.100.77'))
  site.clock.now += 7200
  await there.get('/account')

  const text = await textOf(here.get('/account/sessions'))

  assert.match(
    text,
    /<li><div>A browser <b>\(this one\)<\/b>.*<li><div>Firefox on Windows<small>from 198\.51\.100\.x, since 15 Jan 2027<\/small><small>last seen 15 Jan 2027, 10:00/s,
  )
  assert.ok(!JSON.stringify(await site.store.list('session', 'account', accountOf(site))).includes('100.77'))
})

test('a person ends the session of one browser, and the others stay', async () => {
  const site = await newSite()
  const here = await site.signedIn('ada')
  const [lost, kept] = [site.browser(), site.browser()]
  await lost.post('/account/sign-in', { user_name: 'ada', password }, from(firefox, '198.51.100.77'))
  await kept.post('/account/sign-in', { user_name: 'ada', password })
  const [, id = ''] =
    /Firefox on Windows.*?name="session" value="([^"]+)"/s.exec(await textOf(here.get('/account/sessions'))) ?? []

  const answer = await here.post('/account/sessions/end', { session: id })

  assert.equal(answer.headers.get('location'), '/account/sessions?done=one')
  assert.match(await textOf(here.get('/account/sessions?done=one')), /role="status"><p>That browser is signed out/)
  assert.equal((await lost.get('/account')).status, 303)
  for (const browser of [here, kept]) assert.equal((await browser.get('/account')).status, 200)
  assert.equal(site.events.at(-1)?.type, 'session_ended')
})

test('nobody sees or ends a session of somebody else', async () => {
  const site = await newSite()
  const ada = await site.signedIn('ada')
  const sessions = await site.store.list('session', 'account', accountOf(site))
  const eve = await site.signedIn('eve')

  const shown = await textOf(eve.get('/account/sessions'))
  for (const { id } of sessions) await eve.post('/account/sessions/end', { session: id })

  assert.ok(sessions.length > 0 && sessions.every(({ id }) => !shown.includes(id)))
  assert.equal((await ada.get('/account')).status, 200)
  assert.equal((await site.browser().get('/account/sessions')).headers.get('location'), '/account/sign-in')
})

test('what ended with a new password stands in no list', async () => {
  const site = await newSite()
  const here = await site.signedIn('ada')
  await site.browser().post('/account/sign-in', { user_name: 'ada', password }, from(firefox, '198.51.100.77'))
  await here.post('/account/sign-out-elsewhere', {})

  const text = await textOf(here.get('/account/sessions'))

  assert.equal(text.match(/<li>/g)?.length, 1)
  assert.doesNotMatch(text, /Sign out everywhere else/)
})

function accountOf(site: Awaited<ReturnType<typeof newSite>>): string {
  const created = site.events.find((event) => event.type === 'account_created')
  return created?.accountId ?? ''
}

async function textOf(response: Promise<Response>): Promise<string> {
  return (await response).text()
}
