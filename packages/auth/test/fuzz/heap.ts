import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Bytes of the heap that are in use, after garbage was collected. */
export function heapInUse(): number {
  for (let time = 0; time < 3; time += 1) collectGarbage()
  return process.memoryUsage().heapUsed
}
