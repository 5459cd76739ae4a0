import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from '../scene.ts'
import { startSoundServer } from './behind-a-proxy.ts'
import { startServer } from './start-script.ts'

/** A real Caddy in front of a sound server. */
export const caddy: Stack = {
  name: 'caddy',

  sound: ({ path }) => ({
    guard: '',
    mcp_route: `handle ${path} {
	reverse_proxy 127.0.0.1:3000
}`,
    well_known_route: `handle {
	reverse_proxy 127.0.0.1:3000
}`,
  }),

  async start(pieces, place, folder) {
    const { server, upstream } = await startSoundServer(place, folder)
    const routes = [pieces.guard, pieces.mcp_route, pieces.well_known_route]
      .join('\n')
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${upstream}`)
    writeFileSync(
      join(folder, 'Caddyfile'),
      `{
	admin off
	auto_https off
	storage file_system ${folder}/caddy
}
http://127.0.0.1:${place.port} {
	bind 127.0.0.1
	@sign_in path /authorize /token /register /jwks
	handle @sign_in {
		reverse_proxy 127.0.0.1:${upstream}
	}
${routes}
}
`,
    )
    const proxy = await startServer({
      command: ['caddy', 'run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'],
      folder,
      port: place.port,
      env: { HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
    })
    return {
      async stop() {
        await proxy.stop()
        await server.stop()
      },
    }
  },
}
