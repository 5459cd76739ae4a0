import type { Command } from 'commander'
import type { Io } from '../io.ts'
import { addAttemptsCommand } from './attempts.ts'
import { addAuditCommand } from './audit.ts'
import { addCheckConfigCommand } from './check-config.ts'
import { addClientsCommand } from './clients.ts'
import { addConsentsCommand } from './consents.ts'
import { addDevCommand } from './dev.ts'
import { addDoctorCommand } from './doctor.ts'
import { addGrantsCommand } from './grants.ts'
import { addInitCommand } from './init.ts'
import { addKeysCommand } from './keys.ts'
import { addTokensCommand } from './tokens.ts'
import { addOwnerLinkCommand, addUsersCommand } from './users.ts'

/** All commands but `serve`, in the order of `--help`. */
export function addCommandsBesideServer(program: Command, io: Io): void {
  addUsersCommand(program, io)
  addGrantsCommand(program, io)
  addConsentsCommand(program, io)
  addClientsCommand(program, io)
  addAttemptsCommand(program, io)
  addKeysCommand(program, io)
  addAuditCommand(program, io)
  addTokensCommand(program, io)
  addOwnerLinkCommand(program, io)
  addCheckConfigCommand(program, io)
  addInitCommand(program, io)
  addDoctorCommand(program, io)
  addDevCommand(program, io)
}
