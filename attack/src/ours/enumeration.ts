import { randomBytes } from 'node:crypto'
import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import type { Landing } from '../browser.ts'
import type { Stage } from '../stage.ts'
import { ask, done, goTo, newPerson, someName, stranger, tokenIn, whoIs } from './ground.ts'
import { password } from './people.ts'

/** What tells a stranger which accounts, links and sign-ins there are (CWE-204, CWE-208). */
export const enumerationAttacks: readonly Attack[] = [
  {
    id: 'accounts-told-by-text',
    from: ['OWASP ASVS 6.3.8', 'CWE-204'],
    tries:
      'signs in with a wrong password under a name that there is, one that there is not, one that is disabled and one without a password; asks the sign-in page about each, and for the options of a passkey',
    safe: 'the same answer, name and tokens apart',
    async run(stage) {
      const { origin } = stage.ours()
      const names = await differentNames(stage)
      const found: (string | undefined)[] = []
      const compare = async (what: string, ask: (name: string) => Promise<Landing>) => {
        const answers = new Map<string, string>()
        for (const [which, name] of names) answers.set(which, withoutChance(await ask(name), name))
        for (const [which, answer] of answers)
          if (answer !== answers.get('nobody’s')) found.push(`${what} answers otherwise for a name that is ${which}`)
      }
      await compare('a wrong password', (name) =>
        stage.stranger().post(`${origin}/account/sign-in`, { user_name: name, password: 'a wrong password' }),
      )
      await compare('the sign-in page', (name) =>
        stage.stranger().open(`${origin}/account/sign-in?${new URLSearchParams({ login_hint: name })}`),
      )
      await compare('the button of an identity provider', async (name) => {
        const browser = stage.stranger()
        return browser.post(`${origin}/account/sign-in-with`, { with: 'corp', login_hint: name })
      })
      const page = await stage.stranger().open(`${origin}/account/sign-in`)
      if (!page.answer.text.includes('passkey')) throw new CouldNotTry('no means', 'no passkeys are offered')
      if (/allowCredentials&quot;:\[\{/.test(page.answer.text))
        found.push('the sign-in page names passkeys of somebody')
      return allOf(found, `${names.size} names are answered alike`)
    },
  },
  {
    id: 'accounts-told-by-time',
    from: ['OWASP ASVS 6.3.8', 'CWE-208'],
    tries:
      'measures how long a wrong password takes under a name that there is, one that there is not, and one without a password',
    safe: 'about as long: medians of many tries by turns differ by less than half',
    async run(stage) {
      const names = await differentNames(stage)
      const times = new Map<string, number[]>([...names.keys()].map((which) => [which, []]))
      for (let turn = 0; turn < turns; turn += 1)
        for (const [which, name] of names) {
          const startedAt = performance.now()
          const fields = { user_name: name, password: 'a wrong password' }
          await stage.stranger().post(`${stage.ours().origin}/account/sign-in`, fields)
          times.get(which)?.push(performance.now() - startedAt)
        }
      const medians = [...times].map(([which, all]) => [which, medianOf(all)] as const)
      const [least, most] = [Math.min, Math.max].map((pick) => pick(...medians.map(([, time]) => time)))
      const seen = medians.map(([which, time]) => `${which} ${Math.round(time)} ms`).join(', ')
      return (least ?? 0) * 2 < (most ?? 0) ? vulnerable(seen) : safe(seen)
    },
  },
  {
    id: 'links-told',
    from: ['CWE-204', 'law 11'],
    tries:
      'opens and posts the pages of links with a token that never was, one that was used, one that was taken back, and one of another kind',
    safe: 'the same answer',
    async run(stage) {
      const { origin, tokens } = stage.ours()
      const used = tokenIn(String((await done(stage, '/invitations', { token: tokens.owner, json: {} })).json.link))
      const fields = { user_name: someName(), password, again: password }
      await stage.stranger().post(`${origin}/account/invitation`, { token: used, ...fields })
      const given = (await done(stage, '/invitations', { token: tokens.owner, json: {} })).json
      const withdrawn = tokenIn(String(given.link))
      await done(stage, `/invitations/${given.id}`, { token: tokens.owner, method: 'DELETE' })
      const { userName } = await newPerson(stage)
      const reset = tokenIn(
        String((await done(stage, `/users/${userName}/reset-link`, { token: tokens.owner, json: {} })).json.link),
      )
      const found: (string | undefined)[] = []
      for (const method of ['open', 'post'] as const) {
        const asked = async (token: string) => {
          const url = `${origin}/account/invitation`
          const landing =
            method === 'open'
              ? await stage.stranger().open(`${url}?${new URLSearchParams({ token })}`)
              : await stage.stranger().post(url, { token, ...fields, user_name: someName() })
          return withoutChance(landing, token)
        }
        const never = await asked(randomBytes(32).toString('base64url'))
        for (const [what, token] of [
          ['used', used],
          ['taken back', withdrawn],
          ['of another kind', reset],
        ] as const)
          found.push(
            (await asked(token)) === never ? undefined : `a link that is ${what} is answered otherwise (${method})`,
          )
      }
      return allOf(found, 'they are answered alike')
    },
  },
  {
    id: 'callbacks-told',
    from: ['CWE-204', 'RFC 9700 §4.7'],
    tries:
      'opens callbacks of identity providers with the state of somebody else’s sign-in and with one that never was',
    safe: 'the same answer, and the sign-in of somebody else goes on as it was',
    async run(stage) {
      const { corp } = stage.ours()
      const browser = stage.stranger()
      const callback = corp.answer(await goTo(stage, 'corp', browser), stranger())
      const never = new URL(callback)
      never.searchParams.set(
        'state',
        `${randomBytes(9).toString('base64url')}.${randomBytes(16).toString('base64url')}`,
      )
      const answers = [callback, never.href].map(async (url) => withoutChance(await stage.stranger().open(url), ''))
      const [of, other] = await Promise.all(answers)
      if (of !== other) return vulnerable('a state that is known is answered otherwise')
      // A link of the attacker in that very browser, who knows how the sign-in is called, and not its secret.
      const guessed = new URL(callback)
      guessed.searchParams.set('state', `${guessed.searchParams.get('state')?.split('.')[0]}.guessed`)
      await browser.open(guessed.href)
      await browser.open(callback)
      return (await whoIs(stage, browser)) === undefined
        ? vulnerable('whoever opens the callback of somebody else, or has them open one, ends their sign-in')
        : safe('they are answered alike')
    },
  },
  {
    id: 'administration-told',
    from: ['CWE-204', 'law 11'],
    tries:
      'asks the administration API, without a token and with a wrong one, for people, operations and paths that there are and that there are not',
    safe: 'the same answer: who asks is known before anything is said',
    async run(stage) {
      const { userName } = await newPerson(stage)
      const found: (string | undefined)[] = []
      for (const token of [undefined, `portcullis_admin_${randomBytes(32).toString('base64url')}`]) {
        const asked = async (path: string, method: string) => {
          const answer = await ask(stage, path, { method, ...(token !== undefined && { token }) })
          return `${answer.status} ${answer.json.type} ${answer.json.detail}`
        }
        const paths = [`/users/${userName}/grants`, `/users/${someName()}/grants`, '/users', '/nothing', '/users/%zz']
        for (const method of ['GET', 'DELETE']) {
          const answers = new Set(await Promise.all(paths.map((path) => asked(path, method))))
          found.push(answers.size === 1 ? undefined : `${method}: ${[...answers].join(' / ')}`)
        }
      }
      return allOf(found, 'nothing is told')
    },
  },
]

const turns = 15

/** Names whose answers must not differ, by what is so of each. */
async function differentNames(stage: Stage): Promise<ReadonlyMap<string, string>> {
  const { tokens, corp } = stage.ours()
  const known = await newPerson(stage)
  const disabled = await newPerson(stage)
  await done(stage, `/users/${disabled.userName}/disable`, { token: tokens.owner, json: {} })
  const elsewhere = stage.stranger()
  await elsewhere.open(corp.answer(await goTo(stage, 'corp', elsewhere), stranger()))
  const without = await whoIs(stage, elsewhere)
  if (without === undefined) throw new CouldNotTry('no means', 'an honest sign-in comes to nothing')
  return new Map([
    ['nobody’s', someName()],
    ['somebody’s', known.userName],
    ['disabled', disabled.userName],
    ['of somebody without a password', without],
  ])
}

/** An answer without the name that was sent, and without what is by chance: tokens, nonces, dates, lengths. */
function withoutChance({ answer: { status, headers, text }, ...landing }: Landing, name: string): string {
  const kept = Object.keys(headers).sort().join(' ')
  const to = landing.kind === 'left' ? landing.to : ''
  return [status, kept, text, to]
    .join('\n')
    .replaceAll(name === '' ? '\0' : name, 'NAME')
    .replaceAll(encodeURIComponent(name === '' ? '\0' : name), 'NAME')
    .replace(/reference: <code>[^<]*/g, 'reference')
    .replace(/[\w-]{12,}(?:\.[\w-]+)?/g, 'CHANCE')
}

function medianOf(all: readonly number[]): number {
  return [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
}
