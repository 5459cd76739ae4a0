import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { startPostgres, whyNoPostgres } from '../../../scripts/postgres-cluster.ts'
import { run } from '../src/index.ts'
import { openStore } from '../src/store/open-store.ts'
import { Person, startProgram } from './running-program.ts'

const skip = whyNoPostgres()
const execute = promisify(execFile)

test('fifty acts of processes that race on one SQLite file are fifty entries of one chain', (t) =>
  race(t, 'portcullis.db'))

test('fifty acts of processes that race on one Postgres are fifty entries of one chain', { skip }, async (t) => {
  const cluster = await startPostgres({ isDurable: false })
  t.after(() => cluster.close())
  await race(t, cluster.createDatabase())
})

/** Five processes, each with ten acts at once. */
async function race(t: TestContext, database: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-audit-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const environment = { PORTCULLIS_SECRET: 's'.repeat(40) }
  const place = database.startsWith('postgres') ? database : join(folder, database)
  const store = await openStore({ database: place })
  await store.close()
  const script = join(folder, 'acts.mjs')
  writeFileSync(
    script,
    `import { run } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
const io = { stdout: { write() {} }, stderr: process.stderr, environment: process.env, folder: process.cwd(), signals: process, exit() {} }
const codes = await Promise.all(Array.from({ length: 10 }, () => run(['users', 'invite', '--database', ${JSON.stringify(place)}], io)))
if (codes.some((code) => code !== 0)) process.exitCode = 1`,
  )

  await Promise.all(
    Array.from({ length: 5 }, () =>
      execute(process.execPath, ['--conditions=source', script], {
        cwd: folder,
        env: { ...process.env, ...environment },
        timeout: 120_000,
      }),
    ),
  )

  let out = ''
  const io = { environment, folder, signals: process, exit: () => {}, stderr: process.stderr }
  const write = (text: string) => (out += text)
  const code = await run(['audit', 'verify', '--json', '--database', place], { ...io, stdout: { write } })
  const { entries, sealedUpTo, problem } = JSON.parse(out)
  assert.deepEqual([code, entries, sealedUpTo, problem], [0, 50, 50, undefined])
}

test('the audit log is listed, exported line by line, and verified, with an exit code and the entry that is broken', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-audit-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const database = join(folder, 'portcullis.db')
  const store = await openStore({ database })
  const command = async (...argv: string[]) => {
    const written = { out: '', err: '' }
    const io = {
      environment: { PORTCULLIS_SECRET: 's'.repeat(40), USER: 'eve' },
      folder,
      signals: process,
      exit: () => {},
    }
    const code = await run(argv, {
      ...io,
      stdout: { write: (text: string) => (written.out += text) },
      stderr: { write: (text: string) => (written.err += text) },
    })
    return { code, ...written }
  }
  for (let nth = 0; nth < 3; nth += 1) await command('users', 'invite')

  const listed = await command('audit', 'list', '--limit', '2')
  const lines = (await command('audit', 'export')).out.trimEnd().split('\n')
  const rest = (await command('audit', 'export', '--after', '2')).out.trimEnd().split('\n')
  const whole = await command('audit', 'verify', '--head', JSON.parse(lines[1] ?? '').hash)
  const wrong = await command('audit', 'verify', '--head', 'abc')

  assert.match(
    listed.out,
    /^ENTRY +WHEN \(UTC\) +WHO +WHAT +ABOUT +RESULT\n3 .*eve \(command line\) +user_invited .*done\n2 .*\n$/,
  )
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).sequence),
    [1, 2, 3],
  )
  assert.deepEqual(rest, [lines[2]])
  assert.equal(whole.code, 0)
  assert.match(
    whole.out,
    /^The audit log is whole: 3 entries\.\nSealed by this server up to entry 3\.\nThe hash that was kept is that of entry 2\./,
  )
  assert.deepEqual([wrong.code, wrong.err.split('\n')[0]], [1, 'What --head names is no hash of the log.'])

  const second = (await store.get('audit', '000000000002')) ?? assert.fail()
  const value = { ...second.value, at: 0 }
  await store.commit([{ kind: 'audit', id: second.id, version: second.version, value, index: { all: 'all' } }])
  const broken = await command('audit', 'verify')
  const asJson = await command('audit', 'verify', '--json')
  assert.equal(broken.code, 1)
  assert.match(broken.out, /^The audit log is not whole\. Entry 2 is not as it was written\.\n/)
  assert.deepEqual(JSON.parse(asJson.out).problem, {
    ...{ kind: 'entry_changed', sequence: 2, sentence: 'Entry 2 is not as it was written' },
  })
  await store.close()
})

test('who becomes somebody, and that an owner signs in or sets a password, is in the audit log of a running server; what members do is not', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', 'http://127.0.0.1:1/mcp'] })
  const command = async (...words: string[]) =>
    program.command(...words, '--database', join(program.folder, 'portcullis.db'))
  const [owner, member] = [new Person(program.origin), new Person(program.origin)]
  const password = 'correct horse battery'

  await owner.becomeOwner(program, { password })
  const invited = new URL((await command('users', 'invite')).stdout.trim())
  const fields = { user_name: 'bob', password, again: password }
  await member.submit(await member.open(invited.pathname + invited.search), fields)
  for (const [person, name] of [
    [owner, 'ada'],
    [member, 'bob'],
  ] as const) {
    await person.open('/account/sign-out', { method: 'POST' })
    const again = new Person(program.origin)
    const signedIn = await again.submit(await again.open('/account/sign-in'), { user_name: name, password })
    assert.equal(signedIn.status, 303)
  }
  const reset = new URL((await command('users', 'reset', 'ada')).stdout.trim())
  await owner.submit(await owner.open(reset.pathname + reset.search), {
    password: `${password} 2`,
    again: `${password} 2`,
  })
  const { at: _, ...line } = await program.line(/An operator made a link with which ada/)

  const listed = JSON.parse((await command('audit', 'list', '--json')).stdout) as {
    hash: string
    by: { kind: string; userName?: string }
    act: { type: string; userName?: string }
  }[]
  assert.deepEqual(
    listed.reverse().map(({ by, act }) => [by.userName ?? by.kind, act.type, act.userName]),
    [
      ['ada', 'account_created', 'ada'],
      ['ada', 'administrator_signed_in', 'ada'],
      ['command_line', 'user_invited', undefined],
      ['bob', 'account_created', 'bob'],
      ['ada', 'administrator_signed_in', 'ada'],
      ['command_line', 'reset_link_made', 'ada'],
      ['ada', 'administrator_password_set', 'ada'],
      ['ada', 'administrator_signed_in', 'ada'],
    ],
  )
  assert.equal(line.hash, listed.find(({ act }) => act.type === 'reset_link_made')?.hash)
  assert.equal((await command('audit', 'verify')).code, 0)
})
