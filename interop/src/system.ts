import { dirname, join } from 'node:path'
import type { Browser } from 'playwright-core'
import type { Directory } from './directory.ts'
import { workFolder } from './folders.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { type KnownClients, prepareKnownClients } from './known-clients.ts'
import { type Account, makeOwner } from './owner.ts'
import { runProgram } from './program.ts'
import type { Program } from './program-under-test.ts'
import type { PreparedUpstream, UpstreamKind } from './upstreams/upstream.ts'

/** An MCP server or several, Portcullis in front of them, and somebody with an account. */
export interface System {
  gateway: Gateway
  knownClients: KnownClients
  /** Where people sign in; `undefined` where with a password of Portcullis. */
  directory: Directory | undefined
  owner: Member
  /** Lets somebody else make an account, by an invitation. */
  invite(username: string): Promise<Member>
  /** Seconds after which an access token is no longer accepted. */
  accessTokenLifetime: number
  stop(): Promise<void>
}

/** Somebody with an account. */
export interface Member extends Account {
  /** As tokens and upstreams name them. */
  subject: string
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
  const directory = await kind.startDirectory?.()
  const account = directory?.account ?? { username: 'alice', password: 'correct horse battery' }
  const knownClients = await prepareKnownClients(join(workFolder, `known-clients-of-${kind.name}`), {
    scopes: kind.scopes,
    ...(kind.servers !== undefined && { servers: kind.servers }),
    username: account.username,
  })
  const folder = join(workFolder, `in-front-of-${kind.name}`)
  const gateway = await startGateway({
    program,
    folder,
    behind: await kind.stand(upstream, kind.name),
    configuration: kind.configuration + knownClients.configuration + (directory?.configuration ?? ''),
    files: { ...knownClients.files, ...directory?.files },
    env: knownClients.env,
    accessTokenLifetime,
  })

  async function enter(link: string, person: Account): Promise<Member> {
    const from = gateway.events().length
    await makeOwner(browser, link, { ...person, isElsewhere: directory !== undefined })
    const { accountId } = await gateway.logged(({ event }) => event === 'account_created', from)
    return { ...person, subject: String(accountId) }
  }

  return {
    directory,
    gateway,
    knownClients,
    owner: await enter(gateway.ownerLink, account),
    async invite(username) {
      const { output } = await runProgram([...program.command, 'users', 'invite', '--json'], {
        folder,
        env: { PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(':') },
        limit: 30,
      })
      const link = /"link": *"([^"]+)"/.exec(output)?.[1]
      if (link === undefined) throw new Error(`Nobody could be invited: ${output}`)
      return enter(link, { ...account, username })
    },
    accessTokenLifetime,
    async stop() {
      await gateway.stop()
      await knownClients.close()
      await directory?.stop()
    },
  }
}
