import { MissingSecretError } from '@portcullis/auth/authorization-server'
import type { Command } from 'commander'
import type * as z from 'zod'
import { ownerOfMachine } from '../administration/administrator.ts'
import { type Administration, type Operation, perform } from '../administration/operation.ts'
import { type AuditKey, auditKeysOf } from '../audit/seal.ts'
import type { Configuration } from '../config/configuration.ts'
import type { Io } from '../io.ts'
import { loadMail } from '../mail/settings.ts'
import { OperatorError } from '../operations/operator-error.ts'
import { type LoadedSecrets, loadSecrets, missingSecret } from '../operations/secrets.ts'
import { openExistingStore } from '../store/open-store.ts'
import { configurationOf } from './options.ts'

/** What a command about the database of a server works with. */
export interface DatabaseCommand {
  administration: Administration
  /** Does one operation as whoever the machine belongs to. `origin`: where links lead. Default: as configured. */
  perform<Input extends z.ZodObject, Output extends z.ZodType, Result>(
    operation: Operation<Input, Output, Result>,
    input: z.input<Input>,
    options?: { origin?: string },
  ): Promise<Result>
}

/** Opens the database that the command's settings name, runs `act`, and closes it again. A server may be running beside it. */
export async function withDatabase(
  command: Command,
  io: Io,
  act: (given: DatabaseCommand) => Promise<void>,
): Promise<void> {
  const configuration = await configurationOf(command, io)
  const { database, issuer } = configuration
  const { environment } = io
  const store = await openExistingStore({ ...configuration, environment })
  let loaded: LoadedSecrets | undefined
  const administration: Administration = {
    ...{ store, configuration, origin: issuer },
    now: () => Math.floor(Date.now() / 1000),
    auditKeys: auditKeysAtHand(configuration, io),
    mail: () => loadMail(configuration, environment),
    secrets() {
      loaded ??= loadSecrets({ environment, database })
      return loaded.secrets
    },
  }
  const administrator = ownerOfMachine(userOf(io))
  try {
    await act({
      administration,
      perform: (operation, input, { origin = issuer } = {}) =>
        perform(operation, input, administrator, { ...administration, origin }),
    })
  } catch (cause) {
    if (cause instanceof MissingSecretError && loaded !== undefined) throw missingSecret(loaded, database, cause)
    throw cause
  } finally {
    await store.close()
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
