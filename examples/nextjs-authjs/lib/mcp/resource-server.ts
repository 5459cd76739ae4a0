import { createResourceServer } from '@portcullis/auth'
import { authorizationServer } from '../authorization-server.ts'
import { once } from '../once.ts'
import { settings } from '../settings.ts'
import { addresses } from './addresses.ts'

export const resourceServer = once('resource-server', () => {
  const { origin } = settings()
  const { jwks, revocations } = authorizationServer()
  return createResourceServer({
    ...addresses(origin),
    authorizationServers: [{ issuer: `${origin}/api/oauth`, jwks }],
    revocations,
    scopes: ['notes:read', 'notes:write'],
    name: 'Marginalia',
  })
})
