import { createServer } from 'node:http'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { type AccessToken, createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/fetch'
import { checkIssuer, clientNeedsOf, keycloak } from '@portcullis/auth/issuers'
import { nodeListener, protect as protectNode } from '@portcullis/auth/node'
import { createTokenExchange, type TokenExchange } from '@portcullis/auth/token-exchange'
import { profiles } from '@portcullis/clients'

/**
 * An MCP server whose authorization server is a Keycloak, and beside it a calendar that is one of Keycloak's clients. Both tell on standard output what
 * they refuse. `EXTERNAL_SERVER` is its settings, as JSON.
 */
interface Settings {
  port: number
  calendarPort: number
  issuer: string
  client: { clientId: string; clientSecret: string }
}

const { port, calendarPort, issuer, client }: Settings = JSON.parse(process.env.EXTERNAL_SERVER ?? '') // as the test wrote it
const calendarUrl = `http://127.0.0.1:${calendarPort}/calendar`
const scopes = ['notes:read', 'notes:roles']
const onEvent = (event: object) => console.log(JSON.stringify(event))
const server = createResourceServer({
  resource: `http://127.0.0.1:${port}/mcp`,
  authorizationServers: [keycloak({ issuer })],
  scopes,
  mirrorMetadata: true,
  maxTokenAge: 3600,
  onEvent,
})
const toCalendar = createTokenExchange(server, { client, audience: 'calendar' })
const toNowhere = createTokenExchange(server, { client, audience: 'nowhere' })

function notesFor(caller: AccessToken): McpServer {
  const notes = new McpServer({ name: 'notes', version: '1.0.0' })
  const { subject, clientId, roles, scope } = caller
  notes.registerTool('whoami', { description: 'Tells who calls' }, () =>
    text(JSON.stringify({ subject, clientId, roles: [...roles], scope: [...scope] })),
  )
  notes.registerTool('calendar', { description: 'Asks the calendar for the caller' }, async () =>
    text(await asked(toCalendar, caller)),
  )
  notes.registerTool('nowhere', { description: 'Asks a server that Keycloak does not know' }, async () =>
    text(await asked(toNowhere, caller)),
  )
  return notes
}

async function asked(exchange: TokenExchange, caller: AccessToken): Promise<string> {
  const { accessToken } = await exchange.exchange(caller)
  const response = await fetch(calendarUrl, { headers: { authorization: `Bearer ${accessToken}` } })
  return response.text()
}

function text(told: string) {
  return { content: [{ type: 'text' as const, text: told }] }
}

const mcp = createMcpHandler(({ authInfo }) => notesFor(authInfo?.extra?.accessToken as AccessToken)) // as `protect` gave it
const guarded = protect(server, (request, { authInfo }) => mcp.fetch(request, { authInfo }))
const calendar = createResourceServer({
  resource: calendarUrl,
  authorizationServers: [keycloak({ issuer, audiences: ['calendar'] })],
  onEvent,
})

await Promise.all([server.ready(), calendar.ready()])
for (const finding of await checkIssuer({
  issuer: keycloak({ issuer }),
  scopes,
  knownClients: clientNeedsOf(profiles),
}))
  onEvent({ type: 'finding', ...finding })
createServer(
  protectNode(calendar, ({ headers }, res, { subject, clientId, claims }) => {
    res.end(JSON.stringify({ subject, clientId, aud: claims.aud, authorization: headers.authorization }))
  }),
).listen(calendarPort, '127.0.0.1')
createServer(nodeListener({ fetch: guarded }, { origin: `http://127.0.0.1:${port}` })).listen(port, '127.0.0.1', () =>
  console.log('ready'),
)
