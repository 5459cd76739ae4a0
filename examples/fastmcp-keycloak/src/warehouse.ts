import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AccessToken, createResourceServer, type ResourceServer } from '@portcullis/auth'
import { keycloak } from '@portcullis/auth/issuers'
import { protect } from '@portcullis/auth/node'
import { createTokenExchange } from '@portcullis/auth/token-exchange'
import type { AskWarehouse } from './order-tools.ts'

const stock: Readonly<Record<string, number>> = { ladder: 4, rope: 120 }

/** An API that is no MCP server: another team's, say. It takes tokens that are for it, and no others. */
export async function startWarehouse(port: number, issuer: string): Promise<Server> {
  const protection = createResourceServer({
    resource: `http://localhost:${port}/stock`,
    authorizationServers: [keycloak({ issuer, audiences: ['warehouse'] })], // as Keycloak knows it
  })
  const server = createServer(
    protect(protection, ({ url = '' }, res, { subject, clientId }) => {
      const item = new URL(url, protection.resource).searchParams.get('item') ?? ''
      const count = Object.hasOwn(stock, item) ? stock[item] : 0
      res.setHeader('content-type', 'application/json')
      res.end(JSON.stringify({ item, count, askedFor: subject, by: clientId }))
    }),
  )
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** Asks the warehouse with a token that Keycloak gives in exchange for the caller's, which goes no further than here (RFC 8693). */
export function createAskWarehouse(
  protection: ResourceServer,
  { port, secret }: { port: number; secret: string },
): AskWarehouse {
  const exchange = createTokenExchange(protection, {
    client: { clientId: 'orders-server', clientSecret: secret },
    audience: 'warehouse',
  })
  return async (caller: AccessToken, item) => {
    const { accessToken } = await exchange.exchange(caller)
    const url = new URL(`http://localhost:${port}/stock`)
    url.searchParams.set('item', item)
    const answer = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } })
    if (!answer.ok) throw new Error(`The warehouse answered ${answer.status}`)
    return answer.text()
  }
}
