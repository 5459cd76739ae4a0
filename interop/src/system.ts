import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { workFolder } from './folders.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { type Account, makeOwner } from './owner.ts'
import type { Program } from './program-under-test.ts'
import { startService } from './service.ts'
import type { PreparedUpstream, UpstreamKind } from './upstreams/upstream.ts'

/** An MCP server, Portcullis in front of it, and somebody with an account. */
export interface System extends Account {
  gateway: Gateway
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
  const service = startService(upstream.command, {
    name: kind.name,
    folder: workFolder,
    logs: workFolder,
    env: { PATH: '/usr/bin:/bin', PORT: '0', ...upstream.env },
  })
  const written = () => service.stdout() + service.stderr()
  const port = await service.until(() => /http:\/\/127\.0\.0\.1:(\d+)/.exec(written())?.[1], 30)
  const gateway = await startGateway({
    program,
    folder: join(workFolder, `in-front-of-${kind.name}`),
    upstreamPort: Number(port),
    configuration: kind.configuration,
    accessTokenLifetime,
  })

  const account = { username: 'alice', password: 'correct horse battery' }
  await makeOwner(browser, gateway.ownerLink, account)
  const { accountId } = await gateway.logged(({ event }) => event === 'account_created')
  return {
    ...account,
    gateway,
    subject: String(accountId),
    tools: kind.tools,
    accessTokenLifetime,
    async stop() {
      await gateway.stop()
      await service.stop(5)
    },
  }
}
