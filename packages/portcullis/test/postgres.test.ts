import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import pg from 'pg'
import { type PostgresCluster, startPostgres, whyNoPostgres } from '../../../scripts/postgres-cluster.ts'
import { connect, Person, type RunningProgram, startProgram, startUpstream } from './running-program.ts'

const skip = whyNoPostgres()
let cluster: PostgresCluster

if (!skip) {
  before(async () => {
    cluster = await startPostgres({ isDurable: false })
  })
  after(() => cluster.close())
}

const secret = { PORTCULLIS_SECRET: 'a-secret-of-two-and-thirty-letters' }

test('on Postgres a person becomes the owner by the command’s link, a client connects, and commands list and end what is there', {
  skip,
}, async (t) => {
  const program = await start(t, { settings: `database: ${cluster.createDatabase()}` })
  await program.line(/There is no owner yet: portcullis owner-link prints the link/)
  const person = new Person(program.origin)
  await becomeOwner(person, program)
  const tokens = await connect(person, { resource: `${program.origin}/mcp` })

  const users = JSON.parse((await program.command('users', 'list', '--json')).stdout)
  const listed = JSON.parse((await program.command('grants', 'list', '--json')).stdout)
  const ended = await program.command('grants', 'revoke', tokens.grantId)

  assert.deepEqual(
    users.map(({ userName }: { userName: string }) => userName),
    ['ada'],
  )
  assert.deepEqual(
    listed.map(({ id }: { id: string }) => id),
    [tokens.grantId],
  )
  assert.equal(ended.code, 0, ended.stderr)
  await program.line(/An operator ended a grant/)
})

test('law 11: the password of a Postgres database comes by environment or file, and is in no output, nor may it stand in the file or on the command line', {
  skip,
}, async (t) => {
  const { url, password } = await databaseWithPassword(t)
  const inFile = `database: ${url.replace('app@', 'app:pass%20word@')}\nupstream: http://127.0.0.1:1/mcp`

  const byVariable = await start(t, {
    settings: `database: ${url}`,
    environment: { PORTCULLIS_DATABASE_PASSWORD: password },
  })
  writeFileSync(join(byVariable.folder, 'password'), `${password}\n`)
  const byFile = await start(t, {
    settings: `database: ${url}`,
    environment: { PORTCULLIS_DATABASE_PASSWORD_FILE: join(byVariable.folder, 'password') },
  })
  const byUrl = await start(t, {
    environment: { PORTCULLIS_DATABASE: url.replace('app@', `app:${encodeURIComponent(password)}@`) },
  })
  const checked = await byUrl.command('check-config', '--json', '--upstream', 'http://127.0.0.1:1/mcp')
  const listed = await byVariable.command('users', 'list')
  writeFileSync(join(byVariable.folder, 'with.yaml'), inFile)
  const refused = await byVariable.command('check-config', '--config', join(byVariable.folder, 'with.yaml'))
  const onCommandLine = await byVariable.command(
    'check-config',
    '--database',
    `${url}&password=${encodeURIComponent(password)}`,
  )

  assert.equal(JSON.parse(checked.stdout).database, url)
  assert.equal(listed.code, 0, listed.stderr)
  for (const { code, stderr } of [refused, onCommandLine]) {
    assert.notEqual(code, 0)
    assert.match(stderr, /database must not have a password here.*PORTCULLIS_DATABASE_PASSWORD/)
  }
  const outputs = [byVariable, byFile, byUrl].map((program) => program.output())
  for (const text of [...outputs, checked.stdout, refused.stderr, onCommandLine.stderr])
    assert.doesNotMatch(text, /pass(%20| )word/)
})

test('a Postgres database that cannot be used is named without its password, with what is wrong and what to do', {
  skip,
}, async (t) => {
  const { url } = await databaseWithPassword(t)
  const program = await start(t, { argv: ['--database', cluster.createDatabase()] })
  const list = (database: string) => program.command('users', 'list', '--database', database)

  const wrong = await list(url)
  const missing = await list(`postgres://postgres@/missing?host=${cluster.host}`)
  const nobody = await list('postgres://postgres@127.0.0.1:1/any')

  assert.match(wrong.stderr, /^Cannot use the database postgres:\/\/app@.*PORTCULLIS_DATABASE_PASSWORD/s)
  assert.match(missing.stderr, /^Cannot use .* "missing" does not exist.*\n.*createdb/s)
  assert.match(nobody.stderr, /^Cannot use .*ECONNREFUSED.*\n.*See that Postgres runs/s)
})

test('a server on Postgres wants its secret from the operator: no file could stand beside the database', {
  skip,
}, async (t) => {
  const program = await start(t, { argv: ['--database', cluster.createDatabase()] })

  const started = await start(t, {
    argv: ['--database', cluster.createDatabase()],
    environment: { PORTCULLIS_SECRET: '' },
  }).catch((cause: Error) => cause.message)

  assert.match(String(started), /There is no secret.*Set PORTCULLIS_SECRET or PORTCULLIS_SECRET_FILE/s)
  assert.match(program.output(), /Secrets are from PORTCULLIS_SECRET/)
})

async function start(
  t: TestContext,
  options: { argv?: string[]; environment?: Record<string, string>; settings?: string },
): Promise<RunningProgram> {
  const upstream = await startUpstream(t, (_, res) => res.setHeader('content-type', 'application/json').end('{}'))
  const { argv = [], environment = {}, settings = '' } = options
  return startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`, ...argv],
    environment: { ...secret, ...environment },
    settings,
  })
}

async function becomeOwner(person: Person, program: RunningProgram): Promise<void> {
  const { stdout } = await program.command('owner-link')
  const { pathname, search } = new URL(stdout.trim())
  const fields = { user_name: 'ada', password: 'correct horse battery', again: 'correct horse battery' }
  assert.equal((await person.submit(await person.open(pathname + search), fields)).status, 303)
}

/** A server that asks one role for its password. */
async function databaseWithPassword(t: TestContext): Promise<{ url: string; password: string }> {
  const own = await startPostgres({ isDurable: false })
  t.after(() => own.close())
  const pool = new pg.Pool({ host: own.host, user: 'postgres', database: 'postgres' })
  const password = 'pass word'
  await pool.query(`CREATE ROLE app LOGIN PASSWORD '${password}'`)
  await pool.query('CREATE DATABASE app OWNER app')
  own.requirePasswordOf('app')
  await pool.end()
  return { url: `postgres://app@/app?host=${encodeURIComponent(own.host)}`, password }
}
