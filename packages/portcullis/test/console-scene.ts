import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Role } from '../src/store/role.ts'
import { Person, type RunningProgram, startProgram, startUpstream } from './running-program.ts'

export const password = 'correct horse battery'

/** A running server with an owner, and ways to ask its API. */
export interface ConsoleScene {
  program: RunningProgram
  owner: Person
  /** Where the API is: `http://localhost:7080/console/api/v1`. */
  api: string
  command(...words: string[]): Promise<string>
  token(role: Exclude<Role, 'member'>): Promise<string>
  /** Somebody with an account, signed in. */
  person(userName: string, role: Role): Promise<Person>
  ask(path: string, init?: RequestInit & { token?: string | undefined; json?: unknown }): Promise<Response>
}

export async function consoleScene(
  t: TestContext,
  { settings = '', at }: { settings?: string; at?: string } = {},
): Promise<ConsoleScene> {
  const upstream = await startUpstream(t, (req, res) => {
    req.resume()
    res.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0","id":1,"result":{}}')
  })
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`], settings })
  const owner = new Person(program.origin)
  await owner.becomeOwner(program, { password })
  const api = `${at ?? program.origin}/console/api/v1`
  const command = async (...words: string[]) => {
    const { code, stdout, stderr } = await program.command(
      ...words,
      '--database',
      join(program.folder, 'portcullis.db'),
    )
    assert.equal(code, 0, stderr)
    return stdout
  }
  return {
    ...{ program, owner, api, command },
    async token(role) {
      return (await command('tokens', 'create', '--name', `a ${role}`, '--role', role)).trim()
    },
    async person(userName, role) {
      const { pathname, search } = new URL((await command('users', 'invite')).trim())
      const person = new Person(program.origin)
      const fields = { user_name: userName, password, again: password }
      assert.equal((await person.submit(await person.open(pathname + search), fields)).status, 303)
      if (role !== 'member') await command('users', 'role', userName, role)
      return person
    },
    ask: (path, { token, json, ...init } = {}) =>
      fetch(api + path, {
        redirect: 'manual',
        ...init,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(json !== undefined && { 'content-type': 'application/json' }),
          ...(init.headers as Record<string, string>), // tests give them as a table
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
      }),
  }
}
