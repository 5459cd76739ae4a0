import { scenes as toldScenes } from '../../../packages/doctor/test/scenes.ts'
import { freePort } from '../../../scenes/src/free-port.ts'
import { play } from '../../../scenes/src/play.ts'
import { scenes as madeScenes } from '../../../scenes/src/scenes.ts'
import { play as tell } from '../play.ts'
import type { Site, Visit } from './site.ts'

type MadeScene = (typeof madeScenes)[number]
type ToldScene = (typeof toldScenes)[number]

/** The real servers of `scenes/`, the servers that `truth/` tells by their answers, and one that is not there. */
export function allSites(): readonly Site[] {
  return [...madeScenes.map(made), ...toldScenes.map(told), nobody]
}

function made(scene: MadeScene): Site {
  return {
    name: scene.name,
    stack: scene.stack,
    async open() {
      const { place, stop } = await play(scene)
      await warmUp(place.target, place.origin)
      const origins = { here: place.origin, elsewhere: `http://127.0.0.1:${place.port + 1}` }
      const visit: Visit = { target: place.target, origins, wasAsked: () => undefined }
      return { enter: async () => visit, close: stop }
    },
  }
}

/** Servers that compile a route when it is first asked for are asked once before: nobody is held against that. */
async function warmUp(target: string, origin: string): Promise<void> {
  const { pathname } = new URL(target)
  const documents = [
    `/.well-known/oauth-protected-resource${pathname}`,
    '/.well-known/oauth-authorization-server',
    '/nowhere',
  ]
  const requests = [
    fetch(target, { method: 'POST', redirect: 'manual' }),
    ...documents.map((path) => fetch(`${origin}${path}`, { redirect: 'manual' })),
  ]
  for (const answer of await Promise.allSettled(requests))
    if (answer.status === 'fulfilled') await answer.value.body?.cancel()
}

function told(scene: ToldScene): Site {
  return {
    name: scene.title,
    stack: 'told',
    async open() {
      const copies: { close(): void }[] = []
      return {
        async enter() {
          const { target, origins, asked, close } = await tell(scene)
          copies.push({ close })
          return { target, origins, wasAsked: () => asked.length > 0 }
        },
        async close() {
          for (const copy of copies) copy.close()
        },
      }
    },
  }
}

const nobody: Site = {
  name: 'nobody listens',
  stack: 'told',
  async open() {
    const port = await freePort()
    const origins = { here: `http://127.0.0.1:${port}`, elsewhere: `http://127.0.0.1:${port + 1}` }
    return {
      enter: async () => ({ target: `${origins.here}/mcp`, origins, wasAsked: () => false }),
      close: async () => {},
    }
  },
}
