import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startMcpServer } from '../../test/mcp-server.ts'
import { diagnose } from '../diagnose.ts'

test('law 8: whoever writes metadata has the doctor post nothing to somebody else', async () => {
  const victim = await startMcpServer()
  const { origin } = await startMcpServer({
    server: (document) => ({
      ...document,
      registration_endpoint: `${victim.origin}/delete`,
      token_endpoint: `${victim.origin}/remove`,
    }),
  })

  await diagnose(`${origin}/mcp`)

  assert.deepEqual(
    victim.asked.filter((each) => each.startsWith('POST')),
    [],
  )
})
