import { type Attack, CouldNotTry, safe, vulnerable } from '../attack.ts'
import type { Browser } from '../browser.ts'
import { type Client, credentialsOf } from '../client.ts'
import { answered, parametersOf, tokenRequest, tokensIn, told } from '../grant.ts'
import type { Stage } from '../stage.ts'
import { framed } from './pages.ts'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** Devices that have no browser (RFC 8628). */
export const deviceAttacks: readonly Attack[] = [
  {
    id: 'device-before-approval',
    from: ['RFC 8628 §3.5'],
    tries: 'asks for the tokens of a device before anybody has agreed',
    safe: 'authorization_pending',
    async run(stage) {
      const client = await deviceClient(stage)
      const { deviceCode } = await deviceStarted(stage, client)
      const answer = await tokenRequest(stage, client, { grant_type: deviceGrant, device_code: deviceCode })
      return tokensIn(answer) === undefined ? safe(answered(answer)) : vulnerable('tokens were had, nobody was asked')
    },
  },
  {
    id: 'device-code-of-another-client',
    from: ['RFC 8628 §3.4', 'RFC 9700 §4.5'],
    tries: 'asks as another client for the tokens of a device',
    safe: 'invalid_grant, not authorization_pending',
    async run(stage) {
      const { deviceCode } = await deviceStarted(stage, await deviceClient(stage))
      const other = await deviceClient(stage)
      const answer = await tokenRequest(stage, other, { grant_type: deviceGrant, device_code: deviceCode })
      const counts = tokensIn(answer) !== undefined || answer.json.error === 'authorization_pending'
      return counts ? vulnerable(`another client is answered ${answered(answer)}`) : safe(answered(answer))
    },
  },
  {
    id: 'device-user-code-short',
    from: ['RFC 8628 §5.1'],
    tries: 'looks how much of a user code must be guessed',
    safe: '20 bits at least, and another code each time',
    async run(stage) {
      const client = await deviceClient(stage)
      const codes = [(await deviceStarted(stage, client)).userCode, (await deviceStarted(stage, client)).userCode]
      const letters = (codes[0] ?? '').replace(/[^A-Za-z0-9]/g, '')
      const bits = letters.length * Math.log2(/^\d+$/.test(letters) ? 10 : 20)
      if (codes[0] === codes[1]) return vulnerable('two devices have the same user code')
      return bits < 20 ? vulnerable(`it has ${letters.length} characters`) : safe(`it has ${letters.length} characters`)
    },
  },
  {
    id: 'device-user-code-guessed',
    from: ['RFC 8628 §5.1'],
    tries: 'guesses user codes on the page, 60 in a row',
    safe: 'refused after a while (429, or a page that takes no more)',
    async run(stage) {
      const started = await deviceStarted(stage, await deviceClient(stage))
      const person = await stage.person()
      const letters = 'BCDFGHJKLMNPQRSTVWXZ'
      let first: string | undefined
      for (let count = 0; count < 60; count++) {
        const page = await person.open(started.verificationUri)
        const name = page.kind === 'page' ? codeField(page) : undefined
        if (page.kind === 'left' || page.answer.status === 429) return safe(`after ${count} guesses: ${told(page)}`)
        if (name === undefined) throw new CouldNotTry('no means', 'the page of the device has no field for the code')
        const guess = Array.from({ length: 8 }, (_, at) => letters[(count * 7 + at * 3) % letters.length]).join('')
        const asked = page.forms.find(
          ({ method, fields }) => method === 'get' && fields.some((field) => field.name === name),
        )
        const landing =
          asked === undefined
            ? await person.submit(page, { changes: { [name]: guess } })
            : await person.open(`${new URL(asked.action, page.url)}?${new URLSearchParams({ [name]: guess })}`)
        if (landing.kind === 'left') return safe(told(landing))
        const text = `${landing.answer.status} ${landing.answer.text.replaceAll(guess, '').replace(/[\w-]{16,}/g, '')}`
        first ??= text
        if (landing.answer.status === 429 || (count > 0 && text !== first))
          return safe(`after ${count + 1} guesses the answer is another: ${landing.answer.status}`)
      }
      return vulnerable('60 wrong codes in a row are answered alike')
    },
  },
  {
    id: 'device-approved-by-link',
    from: ['RFC 8628 §5.4', 'RFC 8628 §3.3.1'],
    tries:
      'sends somebody who is signed in a link with the user code of the attacker in it (verification_uri_complete)',
    safe: 'the person is asked: opening the link agrees to nothing',
    async run(stage) {
      const client = await deviceClient(stage)
      const { deviceCode, complete } = await deviceStarted(stage, client)
      if (complete === undefined) throw new CouldNotTry('not offered', 'there is no verification_uri_complete')
      await (await stage.person()).open(complete)
      const answer = await tokenRequest(stage, client, { grant_type: deviceGrant, device_code: deviceCode })
      return tokensIn(answer) === undefined ? safe(answered(answer)) : vulnerable('opening the link was the consent')
    },
  },
  {
    id: 'clickjacking-device',
    from: ['RFC 9700 §4.16 (the page for devices too)', 'RFC 8628 §5.4'],
    tries: 'frames the page on which a device is let in',
    safe: "`frame-ancestors 'none'` (or 'self'), or x-frame-options",
    async run(stage) {
      const { complete, verificationUri } = await deviceStarted(stage, await deviceClient(stage))
      const landing = await (await stage.person()).open(complete ?? verificationUri)
      if (landing.kind === 'left') throw new CouldNotTry('not offered', 'the page is elsewhere')
      return framed(landing)
    },
  },
]

async function deviceClient(stage: Stage): Promise<Client> {
  stage.endpoint('device_authorization_endpoint')
  return stage.client('none', { grant_types: ['authorization_code', 'refresh_token', deviceGrant] })
}

async function deviceStarted(stage: Stage, client: Client) {
  const url = stage.endpoint('device_authorization_endpoint')
  const { headers, parameters } = credentialsOf(client, stage.target.issuer)
  const body = parametersOf({ ...parameters, scope: stage.target.scope, resource: stage.target.resource })
  const { status, json } = await stage.send({ method: 'POST', url, headers, body })
  const {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: verificationUri,
    verification_uri_complete: complete,
  } = json
  if (typeof deviceCode !== 'string' || typeof userCode !== 'string' || typeof verificationUri !== 'string')
    throw new CouldNotTry('not offered', `a client that registered itself cannot start a device grant: ${status}`)
  return { deviceCode, userCode, verificationUri, complete: typeof complete === 'string' ? complete : undefined }
}

function codeField(page: Extract<Awaited<ReturnType<Browser['open']>>, { kind: 'page' }>): string | undefined {
  return page.forms.flatMap(({ fields }) => fields).find(({ name, type }) => type !== 'hidden' && /code/i.test(name))
    ?.name
}
