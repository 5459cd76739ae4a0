import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createMailer, type MailEvent } from './mailer.ts'
import { DeliveryError, type Message } from './smtp.ts'

// As a server would: the timers of a mailer keep no process alive.
const server = setInterval(() => {}, 1000)
after(() => clearInterval(server))

const message: Message = { to: 'ada@example.com', subject: 's', text: 't', html: 'h' }
const job = { kind: 'notice' as const, accountId: 'a1', make: async () => message }

/** A mailer whose mail server answers as it is told. */
function mailerWith(answers: (DeliveryError | undefined | Promise<void>)[], options: { most?: number } = {}) {
  const events: MailEvent[] = []
  const settled = Promise.withResolvers<MailEvent>()
  const mailer = createMailer({
    async deliver() {
      const answer = answers.shift()
      if (answer instanceof DeliveryError) throw answer
      await answer
    },
    onEvent(event) {
      events.push(event)
      if (event.type === 'mail_sent' || event.isGivenUp) settled.resolve(event)
    },
    pauses: [0.01, 0.01],
    patience: 0.1,
    ...options,
  })
  return { mailer, events, settled: settled.promise }
}

const later = () => new DeliveryError('it cannot be reached', { isTemporary: true, cause: undefined })
const never = () => new DeliveryError('it did not take the addresses', { isTemporary: false, cause: undefined })

test('a message that is not taken for now is tried again, a few times', async () => {
  const twice = mailerWith([later(), later(), undefined])
  twice.mailer.send(job)
  assert.equal((await twice.settled).type, 'mail_sent')
  assert.equal(twice.events.length, 3)

  const always = mailerWith([later(), later(), later(), undefined])
  always.mailer.send(job)
  assert.deepEqual(await always.settled, {
    type: 'mail_failed',
    kind: 'notice',
    accountId: 'a1',
    detail: 'it cannot be reached',
    isGivenUp: true,
  })
})

test('a message that is refused is given up at once, and one that cannot be made, too', async () => {
  const refused = mailerWith([never(), undefined])
  refused.mailer.send(job)
  await refused.settled
  assert.equal(refused.events.length, 1)

  const broken = mailerWith([])
  broken.mailer.send({ kind: 'recovery', make: () => Promise.reject(new Error('the token is t')) })
  assert.deepEqual(await broken.settled, {
    type: 'mail_failed',
    kind: 'recovery',
    detail: 'the message could not be made',
    isGivenUp: true,
  })
})

test('a mail server that never answers holds up nobody, and what waits has a bound', async () => {
  const forever = Array.from({ length: 4 }, () => new Promise<void>(() => {}))
  const { mailer, events } = mailerWith(forever, { most: 2 })

  for (let at = 0; at < 4; at += 1) {
    mailer.send(job)
    await new Promise((resolve) => setImmediate(resolve))
  }
  for (let at = 0; at < 3; at += 1) mailer.send(job)
  await mailer.close()

  assert.deepEqual(
    events.map((event) => event.type === 'mail_failed' && event.detail),
    ['too many messages wait'],
  )
})
