import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const child = fileURLToPath(import.meta.url.replace('.test.', '-child.'))
const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0

test('every commit is answered after the disk has it, and a count, which may be forgotten, waits for no disk', {
  skip: canTrace ? false : 'needs strace, to see the system calls',
}, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-durable-'))
  t.after(() => rm(directory, { recursive: true }))
  const log = join(directory, 'calls')

  const traced = ['-f', '-qq', '-e', 'trace=write,fsync,fdatasync', '-o', log, process.execPath]
  const { status } = spawnSync('strace', [...traced, ...process.execArgv, child, join(directory, 'store.db')])

  assert.equal(status, 0)
  const calls = (await readFile(log, 'utf8')).split('\n')
  const steps = calls.flatMap(
    (call) => /write\(1, "(\w+)/.exec(call)?.[1] ?? (/ f(?:data)?sync\(/.test(call) ? 'sync' : []),
  )
  const [, ...afterOpening] = steps.slice(steps.indexOf('opened'), steps.lastIndexOf('counted') + 1)
  const committed = Array.from({ length: 10 }, () => ['sync', 'committed']).flat()
  assert.deepEqual(afterOpening, [...committed, ...Array(10).fill('counted')])
})
