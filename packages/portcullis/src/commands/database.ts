import type { EndGrantOptions } from '@portcullis/auth/authorization-server'
import type { Command } from 'commander'
import { recordedStore } from '../administration/recorded-store.ts'
import type { UsersContext } from '../administration/users.ts'
import { type AuditKey, auditKeysOf } from '../audit/seal.ts'
import type { Configuration } from '../config/configuration.ts'
import type { Io } from '../io.ts'
import { OperatorError } from '../operations/operator-error.ts'
import { loadSecrets } from '../operations/secrets.ts'
import type { AuditActor } from '../store/audit-acts.ts'
import { openExistingStore } from '../store/open-store.ts'
import { configurationOf } from './options.ts'

/** What a command about the database of a server works with. */
export interface DatabaseCommand {
  context: Pick<UsersContext, 'store' | 'now'>
  grantEnds: EndGrantOptions
  configuration: Configuration
  /** What the audit log is sealed with; empty where the secret is not at hand. */
  auditKeys: readonly AuditKey[]
}

/** Opens the database that the command's settings name, runs `act`, and closes it again. A server may be running beside it. `deletes`: the client that goes. */
export async function withDatabase(
  command: Command,
  io: Io,
  act: (given: DatabaseCommand) => Promise<void>,
  { deletes }: { deletes?: string } = {},
): Promise<void> {
  const configuration = await configurationOf(command, io)
  const { lifetimes } = configuration
  const now = () => Math.floor(Date.now() / 1000)
  const opened = await openExistingStore({ ...configuration, environment: io.environment })
  const keys = auditKeysAtHand(configuration, io)
  const user = userOf(io)
  const by: AuditActor = { kind: 'command_line', ...(user !== undefined && { user }) }
  const store = recordedStore(opened, { by, keys, now, deletes })
  try {
    await act({
      context: { store, now },
      grantEnds: {
        store,
        now,
        accessTokenLifetime: lifetimes.accessToken,
        onEvent: () => {}, // what is done is in the audit log with its commit, and from there in the server's
      },
      configuration,
      auditKeys: keys,
    })
  } finally {
    await opened.close()
  }
}

/** Commands that only change the database need no secret, which may be where they do not run: then a server seals what they wrote. */
function auditKeysAtHand({ database }: Configuration, { environment }: Io): readonly AuditKey[] {
  try {
    return auditKeysOf(loadSecrets({ environment, database }).secrets)
  } catch (cause) {
    if (cause instanceof OperatorError) return []
    throw cause
  }
}

/** Whose shell it is, for the log: who can write the database can write this too. */
function userOf({ environment }: Io): string | undefined {
  return environment.SUDO_USER ?? environment.USER ?? environment.LOGNAME
}
