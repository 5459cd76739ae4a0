import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { startDaemon } from './daemon.ts'
import type { Directory } from './directory.ts'
import { workFolder } from './folders.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { type KnownClients, prepareKnownClients } from './known-clients.ts'
import { type Account, makeOwner } from './owner.ts'
import type { Program } from './program-under-test.ts'
import type { PreparedUpstream, UpstreamKind } from './upstreams/upstream.ts'

/** An MCP server, Portcullis in front of it, and somebody with an account. */
export interface System extends Account {
  gateway: Gateway
  knownClients: KnownClients
  /** Where people sign in; `undefined` where with a password of Portcullis. */
  directory: Directory | undefined
  /** The account, as tokens and upstreams name it. */
  subject: string
  /** What may be called. */
  tools: readonly string[]
  /** Seconds after which an access token is no longer accepted. */
  accessTokenLifetime: number
  stop(): Promise<void>
}

export interface SystemOptions {
  program: Program
  kind: UpstreamKind
  upstream: PreparedUpstream
  browser: Browser
  accessTokenLifetime: number
}

export async function startSystem(options: SystemOptions): Promise<System> {
  const { program, kind, upstream, browser, accessTokenLifetime } = options
  const daemon = startDaemon(upstream.command, {
    name: kind.name,
    folder: workFolder,
    logs: workFolder,
    env: { PATH: '/usr/bin:/bin', PORT: '0', ...upstream.env },
  })
  const written = () => daemon.stdout() + daemon.stderr()
  const port = await daemon.until(() => /http:\/\/127\.0\.0\.1:(\d+)/.exec(written())?.[1], 30)
  const directory = await kind.startDirectory?.()
  const account = directory?.account ?? { username: 'alice', password: 'correct horse battery' }
  const knownClients = await prepareKnownClients(join(workFolder, `known-clients-of-${kind.name}`), {
    scopes: kind.scopes,
    username: account.username,
  })
  const gateway = await startGateway({
    program,
    folder: join(workFolder, `in-front-of-${kind.name}`),
    upstreamPort: Number(port),
    configuration: kind.configuration + knownClients.configuration + (directory?.configuration ?? ''),
    files: { ...knownClients.files, ...directory?.files },
    env: knownClients.env,
    accessTokenLifetime,
  })

  await makeOwner(browser, gateway.ownerLink, { ...account, isElsewhere: directory !== undefined })
  const { accountId } = await gateway.logged(({ event }) => event === 'account_created')
  return {
    ...account,
    directory,
    gateway,
    knownClients,
    subject: String(accountId),
    tools: kind.tools,
    accessTokenLifetime,
    async stop() {
      await gateway.stop()
      await daemon.stop(5)
      await knownClients.close()
      await directory?.stop()
    },
  }
}
