import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ConnectionEvent } from '@portcullis/auth'
import { endGrantsOfSubject } from '@portcullis/auth/authorization-server'
import { type FetchHandler, nodeListener, requestHead, sendResponse } from '@portcullis/auth/node'
import { createAccounts } from '../accounts/create-accounts.ts'
import { personalStore } from '../administration/recorded-store.ts'
import { auditKeysOf } from '../audit/seal.ts'
import { servedAt } from '../config/mcp-servers.ts'
import { isConsolePath } from '../console/console-paths.ts'
import { whyUnreachable } from '../gateway/reach-upstream.ts'
import { createMailer } from '../mail/mailer.ts'
import { noticeEvent } from '../mail/post.ts'
import { createSmtp } from '../mail/smtp.ts'
import { createClientAddressReader } from '../operations/client-address.ts'
import { loadKnownClients } from '../operations/configured-clients.ts'
import { createHealth } from '../operations/health.ts'
import { createHttpServer } from '../operations/http-server.ts'
import { followOperators } from '../operations/operator-lines.ts'
import { dropOwnerLink } from '../operations/owner-link.ts'
import { currentRequest } from '../operations/request-context.ts'
import { ownReadersOf } from '../operations/resources.ts'
import type { RunningServer, ServerParts } from '../operations/run-server.ts'
import { wordsOfScopes } from '../operations/scope-words.ts'
import { mcpAddressPage } from '../pages/connect.ts'
import { isForPerson, withPageForNothing } from '../pages/for-people.ts'
import { atOwnHost } from '../pages/own-host.ts'
import { createUseRecorder } from '../usage/record-use.ts'
import { versionOf } from '../version.ts'
import { authorizationServerOf } from './authorization-server.ts'
import { brandingOf } from './branding.ts'
import { challengeKeysOf, sessionKeyOf } from './derived-keys.ts'
import { openIdentityProviders, whySilent } from './identity-providers.ts'
import { createMcpEndpoints } from './mcp-endpoints.ts'
import { siteOf, siteOfOne } from './site.ts'
import { tellersOf } from './told.ts'
import { whenAsked } from './when-asked.ts'

/**
 * The composition root: gives each part what it needs, and resolves when the server listens, its keys and the feed being there.
 * Throws `OperatorError` where the port cannot be had.
 */
export async function serve(parts: ServerParts): Promise<RunningServer> {
  const { configuration, secrets, store, log } = parts
  const { issuer, listen: address, lifetimes, timeouts } = configuration
  const { recorder, tellConnection, tellAccount } = tellersOf(parts)
  const clientAddress = createClientAddressReader(configuration.trustedProxies, {
    onMistrusted: (peer) =>
      log.write(
        'warn',
        `${peer} says in X-Forwarded-For whom it speaks for, and is not believed: all who come by it count as one caller, so that anybody can use up the limits on sign-in and registration for everybody. If it is your proxy, set trustedProxies: ${JSON.stringify([peer])}`,
        { peer },
      ),
  })
  const site = siteOf(configuration)
  const hosts = configuration.mcpServers.flatMap(servedAt).map((url) => new URL(url).host)
  const allowedHosts = [...configuration.allowedHosts, ...hosts.filter((host) => host !== new URL(issuer).host)]
  const auditKeys = auditKeysOf(secrets)
  const endGrants = (subject: string, reason: 'revoked_by_resource_owner' | 'subject_disabled') =>
    endGrantsOfSubject(subject, reason, {
      store,
      accessTokenLifetime: lifetimes.accessToken,
      now: epochSeconds,
      onEvent: tellGrants,
    })
  const identityProviders = await openIdentityProviders(parts)
  const accounts = createAccounts({
    configuration,
    store: personalStore(store, { keys: auditKeys, now: epochSeconds, passwords: configuration.passwords }),
    challengeKeys: challengeKeysOf(secrets),
    identityProviders: identityProviders && {
      ...identityProviders,
      endGrants: (subject) => endGrants(subject, 'subject_disabled'),
      onEvent: tellAccount,
    },
  })
  const knownClients = loadKnownClients(configuration)
  const ownReaders = ownReadersOf(configuration, secrets[0])
  const tellGrants = (event: ConnectionEvent) => {
    if (event.type === 'grant_ended' && event.grantId !== undefined) endpoints.endGrant(event.grantId)
    tellConnection(event)
  }
  const authorizationServer = authorizationServerOf(parts, {
    ...{ accounts, allowedHosts, knownClients, branding: brandingOf(configuration), ownReaders },
    onEvent: tellGrants,
  })
  const uses = createUseRecorder({ store, now: epochSeconds, onEvent: tellConnection })
  const endpoints = createMcpEndpoints(configuration, {
    ...{ authorizationServer, ownReaders },
    sessionKeys: secrets.map(sessionKeyOf),
    clientAddress: addressOfRequest,
    environment: parts.environment,
    present: (server) => (challenge, head) =>
      isForPerson(head) ? mcpAddressPage(challenge, siteOfOne(site, server), issuer) : challenge,
    onEvent: tellConnection,
    onGatewayEvent(event) {
      uses.record(event)
      tellConnection(event)
    },
  })
  const post = parts.mail && {
    mailer: createMailer({ deliver: createSmtp(parts.mail), onEvent: tellAccount }),
    site: { name: site.name, origin: issuer },
  }
  const pages = whenAsked(async () => {
    const { createPages } = await import('../pages/pages.ts')
    return createPages({
      accounts: accounts.context,
      identityProviders,
      server: site,
      clients: configuration.clients,
      wordsOfScope: wordsOfScopes(configuration),
      knownClients,
      endGrant: (grantId) => authorizationServer.endGrant(grantId, 'revoked_by_resource_owner'),
      revokeConsents: (what) => authorizationServer.consents.revoke(what, 'revoked_by_resource_owner'),
      endGrants: (subject) => endGrants(subject, 'revoked_by_resource_owner'),
      onEvent(event) {
        if (event.type === 'account_created' && event.by === 'owner') dropOwnerLink(configuration.database)
        tellAccount(event)
        if (post !== undefined) noticeEvent(event, { ...post, store, now: accounts.context.now })
      },
      post,
      consoleAddress: configuration.console.enabled ? `${configuration.consoleOrigin}/console` : undefined,
    })
  })
  const health = createHealth({ checks: { database: () => store.get('keyRing', 'ring') }, onEvent: tellConnection })
  await authorizationServer.ready()
  await endpoints.ready()

  const listener = (handler: FetchHandler, origin = issuer) =>
    nodeListener(handler, {
      origin,
      clientAddress: addressOfRequest,
      requestId: () => currentRequest()?.requestId,
      onEvent: tellConnection,
    })
  const pagesAtOwnHost = atOwnHost(pages, { issuer, allowedHosts, onEvent: tellConnection })
  const toPages = listener(pagesAtOwnHost)
  const closing = new AbortController()
  const adminConsole = whenAsked(async () => {
    const { consoleOf } = await import('../console/console-of.ts')
    return consoleOf({
      ...{ configuration, secrets, mail: parts.mail, store, accounts, server: site, now: epochSeconds },
      onAttemptsWritten: recorder?.onWritten,
      closing: closing.signal,
      version: versionOf(),
      onGrantEnded: endpoints.endGrant,
      onEvent: (event) => (event.type === 'host_rejected' ? tellConnection(event) : tellAccount(event)),
    })
  })
  const toConsole = configuration.console.enabled ? listener(adminConsole, configuration.consoleOrigin) : undefined
  // By itself, since its own `fetch` alone is answered without web types.
  const toAuthorizationServer = listener(authorizationServer)
  const toAuthorizationServerForPeople = listener(withPageForNothing(authorizationServer, pagesAtOwnHost))

  /** Health first, at any host; then the MCP endpoints and their metadata; then pages; everything else is the authorization server's. */
  async function route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = (req.url ?? '/').split('?', 1)[0] ?? '/'
    const gateway = endpoints.at(path, req)
    if (gateway !== undefined) return gateway.handle(req, res)
    const probed = await health.answer(path, req.method ?? 'GET')
    if (probed !== undefined) return sendResponse(probed, res)
    if (toConsole !== undefined && configuration.console.listen === undefined && isConsolePath(path))
      return toConsole(req, res)
    if (path === '/' || path === '/account' || path.startsWith('/account/')) return toPages(req, res)
    return isForPerson(requestHead(req)) ? toAuthorizationServerForPeople(req, res) : toAuthorizationServer(req, res)
  }

  const server = createHttpServer({ route, clientAddress, onEvent: tellConnection })
  await server.listen(address)
  // At an address of its own there is nothing else.
  const { listen: ofConsole } = configuration.console
  const consoleServer =
    toConsole !== undefined && ofConsole !== undefined
      ? createHttpServer({ route: async (req, res) => toConsole(req, res), clientAddress, onEvent: tellConnection })
      : undefined
  if (ofConsole !== undefined)
    await consoleServer?.listen(ofConsole, consoleListenSettings).catch(async (cause: unknown) => {
      await server.stop() // or the process would stand, with half of it
      throw cause
    })
  // Not waited for, and no reason not to start: it may come up later.
  for (const { upstream } of configuration.mcpServers)
    whyUnreachable(upstream, { timeout: timeouts.upstreamConnect, environment: parts.environment }).then(
      (why) => why !== undefined && log.write('warn', `${why}. Clients get an error until that changes`),
    )
  if (identityProviders !== undefined)
    whySilent(identityProviders).then((all) => {
      for (const why of all) log.write('warn', `${why}. Nobody signs in with it until that changes`)
    })
  // Clients that wait for the start are answered first; then the files are read, before somebody may put those of another version in their place.
  const loadingPages = setTimeout(() => pages.load().catch(() => {}), 1000).unref() // whoever asks for a page is told
  const operators = followOperators({ store, keys: auditKeys, log })
  return {
    async close() {
      health.stop()
      clearTimeout(loadingPages)
      closing.abort()
      await operators.stop()
      const closed = Promise.all([server.stop(), consoleServer?.stop()])
      // What has not even arrived whole by then is not waited for. A second more than the gateway takes, whose last words are on their way.
      const cutOff = setTimeout(
        () => {
          server.cutOff()
          consoleServer?.cutOff()
        },
        (timeouts.shutdown + 1) * 1000,
      )
      await endpoints.close()
      await post?.mailer.close()
      await closed
      await uses.close()
      clearTimeout(cutOff)
      await recorder?.close()
    },
  }
}

const consoleListenSettings = { host: 'console.listen.host', port: 'console.listen.port' }

function epochSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** Read once for each request, when it came. */
function addressOfRequest(): string | undefined {
  return currentRequest()?.clientAddress
}
