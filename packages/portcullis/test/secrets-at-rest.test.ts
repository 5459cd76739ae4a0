import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect, Person, startProgram, startUpstream } from './running-program.ts'

test('RS-32 law 11: nothing that is kept lets its reader in: no token, code, session or password stands in the files', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`] })
  const person = new Person(program.origin)
  await person.becomeOwner(program, { password: 'a very secret password' })
  const { accessToken, refreshToken } = await connect(person, { resource: `${program.origin}/mcp` })
  await fetch(`${program.origin}/mcp`, { method: 'POST', headers: { authorization: `Bearer ${accessToken}` } })
  const cookies = person.cookies.split('; ').map((cookie) => cookie.split('=')[1] ?? '')
  await program.stop()

  const files = readdirSync(program.folder).filter((name) => name.startsWith('portcullis.db'))
  const kept = files.map((name) => readFileSync(join(program.folder, name), 'latin1')).join('\n')

  assert.ok(files.length > 0 && kept.includes('SQLite format 3'))
  for (const secret of [accessToken, refreshToken, 'a very secret password', ...cookies])
    for (const part of [secret, secret.split('.').at(-1) ?? ''])
      assert.ok(part.length > 10 && !kept.includes(part), part.slice(0, 4))
})

test('RS-26 where nothing is said the program listens on this machine alone', async (t) => {
  const upstream = await startUpstream(t, (_, res) => res.end('{}'))
  const program = await startProgram(t, { argv: ['--upstream', `${upstream}/mcp`] })
  const { port } = new URL(program.origin)

  assert.equal((await fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST' })).status, 401)
  // Whatever listens on every address answers here too.
  await assert.rejects(fetch(`http://127.0.0.2:${port}/mcp`, { method: 'POST' }), { name: 'TypeError' })
})
