import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { type Server, startProgram, untilReady } from './program.ts'

/** The version of the nginx of this machine; `undefined` where there is none. */
export function nginxVersion(): string | undefined {
  const { stderr } = spawnSync('nginx', ['-v'], { encoding: 'utf8' })
  return /nginx\/(\S+)/.exec(stderr ?? '')?.[1]
}

/** nginx in front of `upstream`, with one worker, as an MCP server needs it: connections kept open, nothing buffered. It checks nothing. */
export async function startNginx(upstream: string, folder: string): Promise<Server> {
  const port = await freePort()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'nginx.conf'), configuration(upstream, port))
  const program = startProgram({
    name: 'nginx',
    command: ['nginx', '-p', folder, '-e', 'error.log', '-c', 'nginx.conf'],
  })
  await untilReady(`http://127.0.0.1:${port}/ready`, program)
  return { ...program, port }
}

function configuration(upstream: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${name};`)
    .join(' ')
  return `
worker_processes 1;
worker_rlimit_nofile 65536;
daemon off;
pid nginx.pid;
events { worker_connections 16384; }
http {
  access_log off;
  ${temporary}
  keepalive_requests 1000000000;
  upstream mcp { server ${new URL(upstream).host}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /ready { return 200; }
    location / {
      proxy_pass http://mcp;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Authorization "";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_buffering off;
      proxy_read_timeout 3600;
    }
  }
}
`
}
