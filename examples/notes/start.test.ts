import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../..', import.meta.url))

test('npm start that is told to stop leaves nothing running', { timeout: 30_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-start-'))
  let pid: number | undefined
  t.after(() => {
    endGroup(pid)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  const port = await freePort()
  const database = join(folder, 'portcullis.db')
  const npm = spawn('npm', ['start', '--', '--port', String(port), '--database', database], {
    cwd: repository,
    detached: true,
  })
  pid = npm.pid
  const ended = once(npm, 'exit')
  for await (const chunk of npm.stdout.iterator({ destroyOnReturn: false }))
    if (String(chunk).includes(`http://localhost:${port}/mcp`)) break

  npm.kill('SIGTERM')
  await ended

  await assert.rejects(fetch(`http://localhost:${port}/healthz`))
})

/** Whatever npm left running, where it failed to. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing is left, as it should be.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}
