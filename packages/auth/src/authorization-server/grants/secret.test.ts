import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GrantRecord } from '../records.ts'
import { createDerivedKeys } from '../tokens/derived-keys.ts'
import { formatSecret, parseSecret, verifySecret } from './secret.ts'

test('law 6: neither the key without the seed of the grant nor the seed without the key makes a code or a refresh token', async () => {
  const [ours, others] = [1, 2].map((byte) => createDerivedKeys([{ id: 'k1', secret: new Uint8Array(32).fill(byte) }]))
  assert.ok(ours && others)
  const id = 'g'.repeat(22)

  for (const generation of [0, 3]) {
    const grant: GrantRecord = { ...anyGrant, generation }
    const verdicts: boolean[] = []
    for (const text of [
      await formatSecret(id, grant, ours),
      await formatSecret(id, { ...grant, seed: 'another seed' }, ours),
      await formatSecret(id, grant, others),
    ]) {
      const presented = parseSecret(text)
      assert.ok(presented)
      verdicts.push(await verifySecret(presented, grant.seed, ours))
    }

    assert.deepEqual(verdicts, [true, false, false])
  }
})

const anyGrant: GrantRecord = {
  clientId: 'c',
  subject: 's',
  scope: ['a'],
  resource: 'https://mcp.example/mcp',
  redirectUri: 'https://client.example/cb',
  codeChallenge: 'x',
  authTime: 0,
  issuedAt: 0,
  generation: 0,
  rotatedAt: 0,
  keyId: 'k1',
  seed: 'the seed of this grant',
}
