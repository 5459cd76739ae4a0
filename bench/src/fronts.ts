import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchContext } from './bench.ts'
import { startGateway } from './gateway.ts'
import { nginxVersion, startNginx } from './nginx.ts'
import { type Server, startServer } from './program.ts'

/** What stands in front of an upstream; `direct` is the upstream itself. */
export interface Front {
  name: string
  server: Server
  /** What a request must say to get through. */
  headers: Readonly<Record<string, string>>
}

export interface FrontsOptions {
  upstreamScript: string
  /** Scripts of `servers/`, each told the upstream's origin. */
  peers: readonly string[]
  context: BenchContext
}

/** Starts an upstream and, in front of it, nginx (where there is one), Portcullis and peers. */
export async function startFronts({ upstreamScript, peers, context }: FrontsOptions) {
  const { commands, folder } = context
  const started: Server[] = []
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()))
  }
  const start = async <S extends Server>(starting: Promise<S>): Promise<S> => {
    const server = await starting
    started.push(server)
    return server
  }
  try {
    const upstream = await start(startServer({ name: 'direct', script: commands.peer(upstreamScript) }))
    const origin = `http://127.0.0.1:${upstream.port}`
    const fronts: Front[] = [{ name: 'direct', server: upstream, headers: { Host: 'localhost' } }]
    if (nginxVersion() !== undefined) {
      const server = await start(startNginx(origin, mkdtempSync(join(folder, 'nginx-'))))
      fronts.push({ name: 'nginx', server, headers: { Host: 'localhost' } })
    }
    const ours = await start(
      startGateway({ commands, upstream: `${origin}/mcp`, folder: mkdtempSync(join(folder, 'portcullis-')) }),
    )
    const headers = { Host: `localhost:${ours.port}`, Authorization: `Bearer ${ours.accessToken}` }
    fronts.push({ name: 'Portcullis', server: ours, headers })
    for (const name of peers) {
      const server = await start(startServer({ name, script: [...commands.peer(name), origin] }))
      fronts.push({ name, server, headers: { Host: 'localhost' } })
    }
    return { fronts, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
