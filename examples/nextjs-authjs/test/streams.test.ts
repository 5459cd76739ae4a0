import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Application, startApplication } from './application.ts'
import { addAccount } from './people.ts'
import { ask, call, letIn, post } from './walk.ts'

/** The transport of 2024-11-05 at /mcp/sse: one stream, and messages that are posted. */
let application: Application
before(async () => {
  application = await startApplication()
})
after(() => application.stop())

test('the stream says where messages go, and what is posted there is answered on it at once', async (t) => {
  const { origin } = application
  const { access_token } = await letIn(origin, await addAccount(application))
  const stream = await openStream(access_token)
  t.after(() => stream.close())
  const messages = await stream.next()
  const posted = await post(origin + messages.data, access_token, initialize)
  const answer = await stream.next()

  assert.equal(messages.event, 'endpoint')
  assert.match(messages.data, /^\/mcp\/sse\?session=/)
  assert.equal(posted.status, 202)
  assert.match(JSON.parse(answer.data).result.serverInfo.name, /marginalia/)
})

test('nobody speaks on the connection of somebody else, nor another client on that of the same person (law 12)', async (t) => {
  const { origin } = application
  const account = await addAccount(application)
  const mine = await letIn(origin, account)
  const otherClient = await letIn(origin, account)
  const theirs = await letIn(origin, await addAccount(application))
  const stream = await openStream(mine.access_token)
  t.after(() => stream.close())
  const { data: path } = await stream.next()

  assert.equal((await post(origin + path, otherClient.access_token, initialize)).status, 404)
  assert.equal((await post(origin + path, theirs.access_token, initialize)).status, 404)
  assert.equal((await post(origin + path, 'of-no-worth', initialize)).status, 401)
  assert.equal((await post(origin + path, mine.access_token, initialize)).status, 202)
})

test('a stream ends within five seconds once its access is taken back (law 14)', async () => {
  const { origin } = application
  const { access_token, refresh_token, clientId } = await letIn(origin, await addAccount(application))
  const stream = await openStream(access_token)
  await stream.next()
  await ask(origin, '/api/oauth/revoke', { token: refresh_token, client_id: clientId })

  const began = performance.now()
  await assert.rejects(stream.next(), /ended|terminated|aborted/)
  assert.ok(performance.now() - began < 5000)
})

test('a client that tries the newer transport at the older address is told to open the stream', async () => {
  const { origin } = application
  const { access_token } = await letIn(origin, await addAccount(application))
  const answer = await call(`${origin}/mcp/sse`, access_token)

  assert.equal(answer.status, 405)
  assert.equal(answer.headers.get('allow'), 'GET')
})

test('a call without its scope is refused there too, with every scope of it', async (t) => {
  const { origin } = application
  const { access_token } = await letIn(origin, await addAccount(application))
  const stream = await openStream(access_token)
  t.after(() => stream.close())
  const { data: path } = await stream.next()
  const answer = await call(origin + path, access_token, 'delete_note', { id: 'x' })

  assert.equal(answer.status, 403)
  assert.match(answer.headers.get('www-authenticate') ?? '', /insufficient_scope.*notes:delete/)
})

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}

async function openStream(token: string) {
  const closing = new AbortController()
  const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(15_000)])
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' }
  const { body } = await fetch(`${application.origin}/mcp/sse`, { headers, signal })
  if (body === null) throw new Error('There is no stream')
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    /** The next event; comments are passed over. */
    async next(): Promise<{ event: string; data: string }> {
      for (;;) {
        const [, event = '', data = '', rest = ''] = /^event: (.*)\ndata: (.*)\n\n([\s\S]*)$/.exec(text) ?? []
        if (event !== '') {
          text = rest
          return { event, data }
        }
        const { done, value } = await reader.read()
        if (done) throw new Error('The stream has ended')
        text = (text + value).replaceAll(/^:.*\n\n/gm, '')
      }
    },
    close: () => closing.abort(),
  }
}
