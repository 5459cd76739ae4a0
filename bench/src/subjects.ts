import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchContext } from './bench.ts'
import { codesOf, codesOfFloor } from './codes.ts'
import type { Subject } from './issuing.ts'
import { registerClient } from './oauth-client.ts'
import { type Server, startServer } from './program.ts'

/** The authorization servers that are measured beside each other. */
export const contenders = ['floor', 'Portcullis', 'oidc-provider', 'better-auth'] as const
export type Name = (typeof contenders)[number]

const scopes = ['notes:read', 'notes:write']
const resource = 'https://mcp.example/mcp'

/** Starts one of each, with `nodeOptions` on Node's command line, and adds it to `servers`, which the caller stops. */
export async function startSubjects(
  { commands, folder }: BenchContext,
  servers: Server[],
  nodeOptions: readonly string[] = [],
): Promise<readonly Subject[]> {
  const scripts: Record<Name, readonly string[]> = {
    floor: commands.peer('authorization-server-floor'),
    Portcullis: commands.ours('portcullis-authorization-server'),
    'oidc-provider': commands.peer('oidc-provider'),
    'better-auth': commands.peer('better-auth'),
  }
  const subjects: Subject[] = []
  for (const name of contenders) {
    const settings = JSON.stringify({ folder: mkdtempSync(join(folder, 'database-')), resource, scopes })
    const server = await startServer({ name, script: [...nodeOptions, ...scripts[name], settings] })
    servers.push(server)
    const client = await registerClient(`http://127.0.0.1:${server.port}`, {
      resource,
      scope: [...scopes, ...(name === 'better-auth' ? ['offline_access'] : [])].join(' '), // its condition for refresh tokens
    })
    subjects.push({ name, server, client, codes: name === 'floor' ? codesOfFloor(server) : codesOf(client) })
  }
  return subjects
}
