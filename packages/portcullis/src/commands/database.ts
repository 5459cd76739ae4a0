import type { EndGrantOptions } from '@portcullis/auth/authorization-server'
import type { Command } from 'commander'
import { recordedStore } from '../administration/recorded-store.ts'
import type { UsersContext } from '../administration/users.ts'
import type { Configuration } from '../config/configuration.ts'
import type { Io } from '../io.ts'
import { openExistingStore } from '../store/open-store.ts'
import { configurationOf } from './options.ts'

/** What a command about the database of a server works with. */
export interface DatabaseCommand {
  context: Pick<UsersContext, 'store' | 'now'>
  grantEnds: EndGrantOptions
  configuration: Configuration
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
  const store = recordedStore(opened, { at: now(), by: userOf(io), deletes })
  try {
    await act({
      context: { store, now },
      grantEnds: {
        store,
        now,
        accessTokenLifetime: lifetimes.accessToken,
        onEvent: () => {}, // what is done is left for the log with its commit
      },
      configuration,
    })
  } finally {
    await opened.close()
  }
}

/** Whose shell it is, for the log: who can write the database can write this too. */
function userOf({ environment }: Io): string | undefined {
  return environment.SUDO_USER ?? environment.USER ?? environment.LOGNAME
}
