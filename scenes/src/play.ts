import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import type { Piece, Place, Running, Scene, Stack } from './scene.ts'
import { caddy } from './stacks/caddy.ts'
import { express } from './stacks/express.ts'
import { fastmcp } from './stacks/fastmcp.ts'
import { hono } from './stacks/hono.ts'
import { next } from './stacks/next.ts'
import { nginx } from './stacks/nginx.ts'
import { node } from './stacks/node.ts'
import { python } from './stacks/python.ts'
import { startWhole } from './whole.ts'

const stacks: Readonly<Record<Scene['stack'], Stack>> = {
  express,
  node,
  hono,
  next,
  fastmcp,
  python,
  nginx,
  caddy,
}
const work = join(import.meta.dirname, '..', '.work')

/** A scene's server, running. */
export interface Played extends Running {
  place: Place
  /** Puts a text where a piece was, and the sound pieces where `alsoSound` says, and starts anew at the same URL. */
  mend(piece: Piece, text: string): Promise<void>
}

export async function play(scene: Scene): Promise<Played> {
  const stack = stacks[scene.stack]
  const port = await freePort()
  const path = scene.path ?? '/mcp'
  const origin = `http://127.0.0.1:${port}`
  const place: Place = { port, path, origin, target: `${origin}${path}` }
  const sound = stack.sound(place)
  const folder = join(work, scene.name)
  let pieces: Partial<Record<Piece, string>> = { ...sound, ...filled(scene.broken, place) }
  let running = await start()

  function start(): Promise<Running> {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    return scene.server === undefined ? stack.start(pieces, place, folder) : startWhole(scene.server, place, folder)
  }

  return {
    place,
    stop: () => running.stop(),
    async mend(piece, text) {
      await running.stop()
      const also = (scene.alsoSound ?? []).map((each) => [each, sound[each] ?? ''] as const)
      pieces = { ...pieces, ...Object.fromEntries(also), [piece]: text }
      running = await start()
    },
  }
}

function filled(pieces: Scene['broken'], place: Place): Scene['broken'] {
  return Object.fromEntries(Object.entries(pieces).map(([piece, text]) => [piece, fill(text, place)]))
}

/** A text of a scene with the values of this run. */
export function fill(text: string, { origin, target, path, port }: Place): string {
  return text
    .replaceAll('$ORIGIN', origin)
    .replaceAll('$TARGET', target)
    .replaceAll('$PATH', path)
    .replaceAll('$HOST', new URL(origin).host)
    .replaceAll('$SIGN_IN', `http://127.0.0.1:${port + 1}`)
}
