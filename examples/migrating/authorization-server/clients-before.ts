import { readFileSync } from 'node:fs'
import type { StaticClient } from '@portcullis/auth/authorization-server'

/** A registration as RFC 7591 has it, and as others store it. */
interface Registration {
  client_id: string
  client_name?: string
  redirect_uris: string[]
}

/** Public clients that had registered before the move, so that they keep their identifier: a list of registrations in the file `CLIENTS`. */
export function clientsBefore(): readonly StaticClient[] {
  const { CLIENTS } = process.env
  if (CLIENTS === undefined) return []
  const registrations: Registration[] = JSON.parse(readFileSync(CLIENTS, 'utf8')) // exported by ourselves
  return registrations.map(({ client_id, client_name, redirect_uris }) => ({
    clientId: client_id,
    redirectUris: redirect_uris,
    ...(client_name !== undefined && { clientName: client_name }),
  }))
}
