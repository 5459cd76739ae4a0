import assert from 'node:assert/strict'
import { acts } from '../src/console/acts.ts'
import { rooms } from '../src/console/rooms.ts'
import type { Role } from '../src/store/role.ts'
import type { ConsoleScene } from './console-scene.ts'
import { Person } from './running-program.ts'

export const roomPaths: readonly string[] = Object.values(rooms).map(({ path }) => path)
export const actNames: readonly string[] = [...acts.keys()]

/** People in browsers, one of each role, and one who is not signed in. */
export async function everyRole({
  owner,
  person,
  program,
}: ConsoleScene): Promise<Readonly<Record<Role | 'nobody', Person>>> {
  return {
    owner,
    operator: await person('olga', 'operator'),
    auditor: await person('aldo', 'auditor'),
    member: await person('mia', 'member'),
    nobody: new Person(program.origin),
  }
}

/** Sends a form to the console, as its pages do unless `headers` say otherwise; `undefined` leaves one out. */
export function send(
  { program }: Pick<ConsoleScene, 'program'>,
  person: Person,
  path: string,
  fields: Readonly<Record<string, string>> | string = {},
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<Response> {
  const all = {
    'content-type': 'application/x-www-form-urlencoded',
    origin: program.origin,
    'sec-fetch-site': 'same-origin',
    ...headers,
  }
  const given = Object.entries(all).filter((each): each is [string, string] => each[1] !== undefined)
  const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString()
  return person.open(path, { method: 'POST', headers: given, body })
}

/** What the audit log has, the newest first. */
export async function auditLog({ command }: Pick<ConsoleScene, 'command'>): Promise<AuditLine[]> {
  return JSON.parse(await command('audit', 'list', '--json'))
}

interface AuditLine {
  by: { kind: string; userName?: string }
  act: { type: string; operation?: string }
  result: string
}

/** Where an answer leads: its status and address. */
export function leadsTo(response: Response): [number, string | null] {
  return [response.status, response.headers.get('location')]
}

/** Of every page of the console: no script but files of ours, in no frame, in no cache. */
export function assertPageHeaders({ headers }: Response, path: string): void {
  const policy = headers.get('content-security-policy') ?? ''
  assert.match(policy, /^default-src 'none'/, path)
  assert.match(policy, /frame-ancestors 'none'/, path)
  assert.match(policy, /base-uri 'none'/, path)
  assert.doesNotMatch(policy, /unsafe|\*|data:|https?:/, path)
  assert.equal(headers.get('x-frame-options'), 'DENY', path)
  assert.equal(headers.get('cache-control'), 'no-store', path)
  assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
}
