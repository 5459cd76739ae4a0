import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import type { Place, Running } from '../scene.ts'
import { node } from './node.ts'

/** A sound server that only the proxy in front of it can be blamed for; it names the proxy's address, as a configured public URL does. */
export async function startSoundServer(place: Place, folder: string): Promise<{ server: Running; upstream: number }> {
  const upstream = await freePort()
  const inner = join(folder, 'upstream')
  mkdirSync(inner, { recursive: true })
  const server = await node.start(node.sound(place), { ...place, port: upstream }, inner)
  return { server, upstream }
}
