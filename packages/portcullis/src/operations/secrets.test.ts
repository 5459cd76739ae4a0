import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { OperatorError } from './operator-error.ts'
import { createPrivateFile } from './private-file.ts'
import { loadSecrets, missingSecret } from './secrets.ts'

const long = 'a-secret-of-an-operator-0123456789'
const other = 'another-secret-of-an-operator-0123'

test('at first start a key file that only its owner can read is made beside the database, and used from then on', () => {
  const database = join(newFolder(), 'portcullis.db')

  const first = loadSecrets({ environment: {}, database })
  const second = loadSecrets({ environment: {}, database })

  const keyFile = database.replace('.db', '.key')
  assert.deepEqual([first.from, first.isKeyFile, first.isNew], [keyFile, true, true])
  assert.deepEqual([second.from, second.isNew, second.secrets], [keyFile, false, first.secrets])
  assert.equal(statSync(keyFile).mode & 0o777, 0o600)
  assert.equal(first.secrets[0].secret.byteLength, 32)
})

test('the secret in the environment goes before a file, and a file that is named before the key file', () => {
  const folder = newFolder()
  const database = join(folder, 'portcullis.db')
  const file = join(folder, 'secret')
  writeFileSync(file, `${other}\n`)

  const both = loadSecrets({ environment: { PORTCULLIS_SECRET: long, PORTCULLIS_SECRET_FILE: file }, database })
  const named = loadSecrets({ environment: { PORTCULLIS_SECRET_FILE: file }, database })

  assert.deepEqual([both.from, both.isKeyFile], ['PORTCULLIS_SECRET', false])
  assert.deepEqual([named.from, named.isKeyFile], [file, false])
  assert.notDeepEqual(named.secrets, both.secrets)
  assert.equal(existsSync(join(folder, 'portcullis.key')), false)
})

test('several secrets rotate: the first is current, and each keeps its id and key wherever it stands', () => {
  const before = load(other).secrets
  const during = load(`${long} ${other}\n${long}`).secrets

  assert.equal(during.length, 2)
  assert.deepEqual(during[1], before[0])
  assert.notEqual(during[0].id, before[0].id)
  assert.match(during[0].id, /^[0-9a-f]{8}$/)
})

test('a secret that is too short is refused without being shown', () => {
  for (const given of ['short', `${long} short`]) {
    const error = refusalOf(() => load(given))
    assert.match(error.message, /^A secret in PORTCULLIS_SECRET has 5 characters/)
    assert.doesNotMatch(error.message + error.nextStep, /short\b/)
  }
})

test('a key file that others can read is refused with the command to run', () => {
  const database = join(newFolder(), 'portcullis.db')
  loadSecrets({ environment: {}, database })
  const keyFile = database.replace('.db', '.key')

  for (const mode of [0o640, 0o604, 0o660]) {
    chmodSync(keyFile, mode)
    const error = refusalOf(() => loadSecrets({ environment: {}, database }))
    assert.match(error.message, /^Other users of this machine may read /)
    assert.equal(error.nextStep, `Run: chmod 600 ${keyFile}`)
  }
})

test('a key file that another user put there is refused', (t) => {
  const database = join(newFolder(), 'portcullis.db')
  loadSecrets({ environment: {}, database })
  const keyFile = database.replace('.db', '.key')
  const nobody = 65_534
  if (process.geteuid?.() === 0) chownSync(keyFile, nobody, nobody)
  else t.mock.method(process as { geteuid(): number }, 'geteuid', () => nobody) // only Windows has none

  const error = refusalOf(() => loadSecrets({ environment: {}, database }))

  assert.match(error.message, /portcullis\.key belongs to another user of this machine \(\d+\)$/)
  assert.match(error.nextStep, /chown \d+ .*portcullis\.key$/)
})

test('an empty key file is refused, not replaced', () => {
  const database = join(newFolder(), 'portcullis.db')
  writeFileSync(database.replace('.db', '.key'), '', { mode: 0o600 })

  assert.match(refusalOf(() => loadSecrets({ environment: {}, database })).message, /has 0 characters/)
})

test('a database without its key file is not given a fresh key, which could not read it', () => {
  const database = join(newFolder(), 'portcullis.db')
  loadSecrets({ environment: {}, database })
  writeFileSync(database, 'records')
  rmSync(database.replace('.db', '.key'))

  const error = refusalOf(() => loadSecrets({ environment: {}, database }))

  assert.match(error.nextStep, /Restore .*portcullis\.key from your backup, or set PORTCULLIS_SECRET/)
  assert.equal(existsSync(database.replace('.db', '.key')), false)
})

test('of a database that needs another secret it is said where the old one may be', () => {
  const database = join(newFolder(), 'portcullis.db')
  const { from: keyFile } = loadSecrets({ environment: {}, database })

  const replaced = missingSecret({ from: 'PORTCULLIS_SECRET' }, database, undefined)
  const wrongFile = missingSecret({ from: keyFile }, database, undefined)

  assert.ok(replaced.nextStep.includes(`what is in ${keyFile}) after the new one, separated by a space`))
  assert.match(wrongFile.message, /was written with another secret than is in .*portcullis\.key$/)
  assert.match(wrongFile.nextStep, /^Put the old secret after/)
})

test('a private file is made whole or not at all, and never over another or through a link', () => {
  const folder = newFolder()
  const file = join(folder, 'a')
  writeFileSync(join(folder, 'target'), 'kept')
  symlinkSync(join(folder, 'target'), join(folder, 'link'))

  assert.equal(createPrivateFile(file, 'one'), true)
  assert.equal(createPrivateFile(file, 'two'), false)
  assert.equal(createPrivateFile(join(folder, 'link'), 'three'), false)

  assert.equal(readFileSync(file, 'utf8'), 'one')
  assert.equal(readFileSync(join(folder, 'target'), 'utf8'), 'kept')
  assert.deepEqual(readdirSync(folder).sort(), ['a', 'link', 'target'])
})

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-secrets-'))
  folders.push(folder)
  return folder
}

function load(given: string) {
  return loadSecrets({ environment: { PORTCULLIS_SECRET: given }, database: '/nowhere/portcullis.db' })
}

function refusalOf(act: () => unknown): OperatorError {
  try {
    act()
  } catch (error) {
    assert.ok(error instanceof OperatorError, String(error))
    return error
  }
  assert.fail('nothing was refused')
}
