import { mkdtempSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Gives `use` a folder of its own, which is gone when it is done, fails, or this process is told to end. */
export async function withFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'truth-'))
  folders.add(folder)
  endOnSignals()
  try {
    return await use(folder)
  } finally {
    await rm(folder, remove)
    folders.delete(folder)
  }
}

const remove = { recursive: true, force: true, maxRetries: 5 } as const
const folders = new Set<string>()

/** A signal alone ends a process without its `exit`, at which programs are stopped and folders go. */
function endOnSignals(): void {
  if (isListening) return
  isListening = true
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(128 + constants.signals[signal]))
  process.on('exit', () => {
    if (folders.size === 0) return
    // Programs that were stopped just now may be writing still, and nothing but this thread may wait here.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
    for (const folder of folders) rmSync(folder, remove)
  })
}

let isListening = false
