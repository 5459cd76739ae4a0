import { type Attack, allOf, CouldNotTry } from '../attack.ts'
import type { Stage } from '../stage.ts'
import { ask, consolePages, newPerson } from './ground.ts'

/** What each role does by the administration API, by a table of the suite's own: the server's might be wrong. */
export const roleAttacks: readonly Attack[] = [
  {
    id: 'administration-roles',
    from: ['law 3', 'OWASP ASVS 8.2.1'],
    tries:
      'asks for each operation of the administration API as each role, and as nobody, with an input that none takes; and has operators act on people who administrate',
    safe: 'members and strangers may nothing, auditors only look, operators neither change who administrates nor see administration tokens',
    async run(stage) {
      const operations = await operationsOf(stage)
      const found: (string | undefined)[] = []
      for (const [role, proof] of await everybody(stage))
        for (const { method, path } of operations) {
          const { status } = await attempt(stage, { method, path }, proof)
          const mayNot = role === 'nobody' ? 401 : 403
          if (isRefusedTo(role, method, path)) {
            found.push(status === mayNot ? undefined : `${role}: ${method} ${path} answers ${status}`)
            continue
          }
          if (status === 401 || status === 403)
            throw new CouldNotTry('no means', `${method} ${path} is refused to the role ${role}: the table is old`)
        }
      found.push(...(await onAdministrators(stage)))
      return allOf(found, `${operations.length} operations are for whom they are`)
    },
  },
  {
    id: 'console-roles',
    from: ['law 3', 'OWASP ASVS 8.2.1'],
    tries:
      'opens each room of the console, and each of its acts, as each role and as nobody, and does what the role is not for by its form alone',
    safe: 'a room and an act are for whom the API has them; whoever is not signed in is sent to sign in',
    async run(stage) {
      const { origin } = stage.ours()
      const found: (string | undefined)[] = []
      const done: [string, string][] = []
      for (const role of ['operator', 'auditor', 'member']) {
        const { browser } = await newPerson(stage, role === 'member' ? {} : { role })
        for (const path of consolePages) {
          const { answer } = await browser.open(origin + path)
          const isShut = role === 'member' || (role === 'operator' && path === '/console/tokens')
          if (isShut !== (answer.status === 403)) found.push(`${role}: ${path} answers ${answer.status}`)
        }
        for (const [name, fields, whose] of acts) {
          if (whose.includes(role)) continue
          const { answer } = await browser.post(`${origin}/console/act/${name}`, fields)
          if (answer.status !== 403) done.push([role, name])
        }
      }
      for (const path of [
        ...consolePages,
        '/console/act/users.invite',
        '/console/attempts/events',
        '/console/audit/export',
      ]) {
        const landing = await stage.stranger().open(origin + path)
        const isSignIn = landing.kind === 'page' && new URL(landing.url).pathname === '/account/sign-in'
        found.push(isSignIn ? undefined : `nobody: ${path} answers ${landing.answer.status}`)
      }
      return allOf(
        [...found, ...done.map(([role, name]) => `${role}: ${name} is not refused`)],
        'each is for whom it is',
      )
    },
  },
]

/** Acts of the console with fields that would do, and the roles that may. Those that nobody may of these three are an owner's. */
const acts: readonly [name: string, fields: Readonly<Record<string, string>>, roles: readonly string[]][] = [
  ['users.invite', {}, ['operator']],
  ['users.invite', { role: 'owner' }, []],
  ['users.role', { user: 'nobody-there', role: 'owner' }, []],
  ['users.reset', { user: 'nobody-there' }, ['operator']],
  ['users.disable', { user: 'nobody-there' }, ['operator']],
  ['users.unlink', { user: 'nobody-there', identityProvider: 'corp' }, ['operator']],
  ['grants.end', { grant: 'nothing-there' }, ['operator']],
  ['clients.create', { name: 'x' }, ['operator']],
  ['clients.delete', { client: 'nothing-there' }, ['operator']],
  ['keys.rotate', {}, ['operator']],
  ['keys.revoke', {}, ['operator']],
  ['tokens.create', { name: 'x', role: 'owner' }, []],
  ['tokens.revoke', { token: 'nothing-there' }, []],
]

interface Operation {
  method: string
  path: string
}

type Proof = { token: string } | { headers: Readonly<Record<string, string>> }

/** As its document has them. Throws `CouldNotTry` where that is not one. */
async function operationsOf(stage: Stage): Promise<readonly Operation[]> {
  const { json } = await ask(stage, '/../openapi.json')
  const paths: Readonly<Record<string, object>> = Object(json.paths)
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((name) => ['get', 'post', 'put', 'delete', 'patch'].includes(name))
      .map((name) => ({ method: name.toUpperCase(), path: path.replace(/^\/console\/api\/v1/, '') })),
  )
  if (operations.length < 20) throw new CouldNotTry('no means', 'the OpenAPI document names too few operations')
  return operations
}

async function everybody(stage: Stage): Promise<readonly [string, Proof][]> {
  const { tokens, origin } = stage.ours()
  const { browser } = await newPerson(stage)
  const cookie = [...(browser.cookies.get(new URL(origin).host) ?? [])].map((pair) => pair.join('=')).join('; ')
  return [
    ['owner', { token: tokens.owner }],
    ['operator', { token: tokens.operator }],
    ['auditor', { token: tokens.auditor }],
    ['member', { headers: { cookie, origin, 'sec-fetch-site': 'same-origin' } }],
    ['nobody', { headers: {} }],
  ]
}

function isRefusedTo(role: string, method: string, path: string): boolean {
  switch (role) {
    case 'owner':
      return false
    case 'operator':
      return path.startsWith('/tokens') || path === '/owner-link' || path.endsWith('/role')
    case 'auditor':
      return method !== 'GET'
    default:
      return true
  }
}

/** With an input that no operation takes: who may is told so, and nothing is done. */
function attempt(stage: Stage, { method, path }: Operation, proof: Proof) {
  const named = path.replaceAll(/\{\w+\}/g, 'nobody-there')
  return method === 'POST' || method === 'PUT'
    ? ask(stage, named, { method, ...proof, json: { notTaken: true } })
    : ask(stage, `${named}?notTaken=1`, { method, ...proof })
}

/** What an operator does to who administrates is as good as being one. */
async function onAdministrators(stage: Stage): Promise<readonly (string | undefined)[]> {
  const { tokens } = stage.ours()
  const found: (string | undefined)[] = []
  for (const role of ['owner', 'operator', 'auditor']) {
    const { userName } = await newPerson(stage, { role })
    for (const [method, act] of [
      ['POST', 'reset-link'],
      ['POST', 'disable'],
      ['POST', 'enable'],
      ['DELETE', 'identities/corp'],
    ] as const) {
      const json = method === 'POST' ? { json: {} } : {}
      const { status } = await ask(stage, `/users/${userName}/${act}`, { token: tokens.operator, method, ...json })
      found.push(status === 403 ? undefined : `an operator: ${act} of somebody with the role ${role} answers ${status}`)
    }
  }
  return found
}
