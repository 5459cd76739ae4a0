import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { signingProcess } from './signing-process.ts'
import { createWorld, headerOf, mcpRequest, refresh, signedInClient } from './world.ts'

const page = readFileSync(new URL('../../../docs/signing-keys.md', import.meta.url), 'utf8')

test('law 9: a key that another process alone can read signs, and where that process is gone the client may try again', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-key-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'key.pem')
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const first = await signingProcess(file)
  t.after(first.end)
  const world = createWorld({ as: { signer: first.signer } })

  const { client, accessToken, refreshToken } = await signedInClient(world)
  assert.ok(!((await world.rs.authenticate(mcpRequest(accessToken))) instanceof Response))
  assert.equal(headerOf(accessToken).kid, first.signer.kid)

  await first.end()
  const refused = await refresh(world, client, refreshToken)
  assert.deepEqual([refused.status, refused.body.error], [503, 'temporarily_unavailable'])

  const second = await signingProcess(file)
  t.after(second.end)
  assert.equal(second.signer.kid, first.signer.kid)
  const again = createWorld({ store: world.store, as: { signer: second.signer } })
  assert.equal((await refresh(again, client, refreshToken)).status, 200)
})

test('docs/signing-keys.md prints the files of which the tests consist', () => {
  for (const file of ['signing-process.ts', 'signing-process-child.ts'])
    assert.ok(page.includes(readFileSync(new URL(`../test/${file}`, import.meta.url), 'utf8')), file)
})
