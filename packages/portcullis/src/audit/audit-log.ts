import type { Store } from '@portcullis/auth/authorization-server'
import type { ProgramKinds } from '../store/records.ts'
import type { AuditKey } from './seal.ts'

/** The audit log, and what it is sealed with. */
export interface AuditLog {
  store: Store<ProgramKinds>
  /** Empty where the secret is not at hand: such entries have no seal until somebody who has it gives them one. */
  keys: readonly AuditKey[]
}
