import type { ServerSecret } from '@portcullis/auth/authorization-server'
import type { FetchHandler } from '@portcullis/auth/node'
import { isLoopbackHost } from '@portcullis/auth/protocol'
import type { Accounts } from '../accounts/create-accounts.ts'
import { sessionOf } from '../accounts/interaction.ts'
import { currentRole } from '../administration/held-role.ts'
import type { Administration } from '../administration/operation.ts'
import { auditKeysOf } from '../audit/seal.ts'
import type { Configuration } from '../config/configuration.ts'
import type { MailSettings } from '../mail/settings.ts'
import type { PagesContext } from '../pages/context.ts'
import { isFresh } from '../pages/fresh-session.ts'
import { createConsole } from './console.ts'
import type { ConsoleContext, ConsoleEvent } from './context.ts'

interface ConsoleParts extends Pick<Administration, 'store' | 'now'> {
  configuration: Configuration
  secrets: readonly ServerSecret[]
  mail: MailSettings | undefined
  accounts: Accounts
  server: PagesContext['server']
  onAttemptsWritten: ConsoleContext['onAttemptsWritten']
  closing: AbortSignal
  version: string
  onGrantEnded: (grantId: string) => void
  onEvent: (event: ConsoleEvent) => void
}

/** The console of a server. */
export function consoleOf(parts: ConsoleParts): FetchHandler {
  const { configuration, secrets, mail, store, now, accounts, server, onGrantEnded, onEvent } = parts
  const { onAttemptsWritten, closing, version } = parts
  const { console: settings, consoleOrigin: origin, issuer, limits } = configuration
  return createConsole({
    administration: {
      ...{ store, now, configuration, origin: issuer, onGrantEnded },
      auditKeys: auditKeysOf(secrets),
      secrets: () => secrets,
      mail: () => mail,
      currentRole: (account) => currentRole(accounts.context, account),
    },
    origin,
    hosts: settings.listen === undefined ? [] : namesOfMachine(origin),
    ...(settings.listen === undefined && {
      session: {
        of: (request) => sessionOf(request, accounts.context),
        isFresh: (session) => isFresh(session, accounts.context),
      },
    }),
    refusalLimit: limits.tokenRefusalsPerMinute,
    ...{ server, onAttemptsWritten, closing, version },
    onEvent,
  })
}

/** An address of loopback has several names, none of which another host can take. */
function namesOfMachine(origin: string): string[] {
  const { hostname, port } = new URL(origin)
  return isLoopbackHost(hostname) ? ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`) : []
}
