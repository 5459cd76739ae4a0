import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
export const collectGarbage: () => void = runInNewContext('gc')

/** Bytes of objects that are in use, after garbage was collected: without code, which is compiled and thrown away again as V8 likes. */
export function heapInUse(): number {
  for (let time = 0; time < 3; time += 1) collectGarbage()
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => !/^(code|trusted)/.test(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0)
}
