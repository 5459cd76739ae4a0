import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from '../scene.ts'
import { startSoundServer } from './behind-a-proxy.ts'
import { startServer } from './start-script.ts'

/** A real nginx in front of a sound server. */
export const nginx: Stack = {
  name: 'nginx',

  sound: ({ path }) => ({
    guard: '',
    mcp_route: `location ${path} {
    proxy_pass http://127.0.0.1:3000;
    proxy_set_header Host $http_host;
    proxy_buffering off;
}`,
    well_known_route: `location / {
    proxy_pass http://127.0.0.1:3000;
    proxy_set_header Host $http_host;
}`,
  }),

  async start(pieces, place, folder) {
    const { server, upstream } = await startSoundServer(place, folder)
    mkdirSync(join(folder, 'tmp'), { recursive: true })
    mkdirSync(join(folder, 'html'), { recursive: true })
    writeFileSync(join(folder, 'html', 'index.html'), '<!doctype html><title>A product</title><div id="root"></div>')
    const routes = [pieces.guard, pieces.mcp_route, pieces.well_known_route]
      .join('\n')
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${upstream}`)
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off;
error_log stderr error;
pid ${folder}/nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/tmp;
  proxy_temp_path ${folder}/tmp;
  fastcgi_temp_path ${folder}/tmp;
  uwsgi_temp_path ${folder}/tmp;
  scgi_temp_path ${folder}/tmp;
  server {
    listen 127.0.0.1:${place.port};
    root ${folder}/html;
${routes}
    location ~ ^/(authorize|token|register|jwks)$ { proxy_pass http://127.0.0.1:${upstream}; proxy_set_header Host $http_host; }
  }
}
`,
    )
    const proxy = await startServer({
      command: ['nginx', '-p', folder, '-c', join(folder, 'nginx.conf')],
      folder,
      port: place.port,
    })
    return {
      async stop() {
        await proxy.stop()
        await server.stop()
      },
    }
  },
}
