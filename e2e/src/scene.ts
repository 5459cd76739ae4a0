import { after } from 'node:test'
import { ada, makeAccount } from './accounts.ts'
import { createPerson, type Person, type PersonOptions } from './person.ts'
import { type Server, type ServerOptions, startServer } from './server.ts'
import { startWeb, type Web } from './web.ts'

/** What the tests of one file share: a server whose owner is ada, and a web with people in it. All of it ends with the file. */
export interface Scene {
  server: Server
  web: Web
  /** Somebody new, in a browser without cookies. */
  person(options?: PersonOptions): Promise<Person>
}

/** `options`: may depend on the web. `owner: 'none'`: nobody has an account yet. */
export async function startScene(options: SceneOptions | ((web: Web) => SceneOptions) = {}): Promise<Scene> {
  const web = await startWeb()
  const { owner, ...about } = typeof options === 'function' ? options(web) : options
  const server = await startServer(about)
  after(async () => {
    await web.close()
    await server.stop()
  })
  if (owner !== 'none') await makeAccount(server, server.ownerLink, ada)
  return { server, web, person: (how) => createPerson(web, how) }
}

type SceneOptions = ServerOptions & { owner?: 'none' }
