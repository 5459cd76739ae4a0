import type * as z from 'zod'
import type { Operation } from './operation.ts'
import {
  endGrantOperation,
  endGrantsOfUserOperation,
  listConsentsOperation,
  listGrantsOperation,
  withdrawConsentsOperation,
} from './operations/access.ts'
import { exportAttemptOperation, listAttemptsOperation, showAttemptOperation } from './operations/attempts.ts'
import { exportAuditOperation, listAuditOperation, verifyAuditOperation } from './operations/audit.ts'
import {
  createClientOperation,
  deleteClientOperation,
  listClientsOperation,
  renewSecretOperation,
  showClientOperation,
} from './operations/clients.ts'
import { listKeysOperation, retireKeyOperation, revokeKeysOperation, rotateKeysOperation } from './operations/keys.ts'
import {
  disableOperation,
  enableOperation,
  inviteOperation,
  listInvitationsOperation,
  listUsersOperation,
  ownerLinkOperation,
  resetOperation,
  roleOperation,
  unlinkOperation,
  withdrawInvitationOperation,
} from './operations/people.ts'
import { listSettingsOperation } from './operations/settings.ts'
import { createTokenOperation, listTokensOperation, revokeTokenOperation } from './operations/tokens.ts'

/** An operation whose kind is not known beforehand. */
export type AnyOperation = Operation<z.ZodObject, z.ZodType, unknown>

/** All that administrators can do, which is what the HTTP API has, in the order of its document. */
export const catalogue: readonly AnyOperation[] = [
  listUsersOperation,
  disableOperation,
  enableOperation,
  resetOperation,
  roleOperation,
  unlinkOperation,
  listInvitationsOperation,
  inviteOperation,
  withdrawInvitationOperation,
  ownerLinkOperation,
  listClientsOperation,
  createClientOperation,
  showClientOperation,
  renewSecretOperation,
  deleteClientOperation,
  listGrantsOperation,
  endGrantOperation,
  endGrantsOfUserOperation,
  listConsentsOperation,
  withdrawConsentsOperation,
  listKeysOperation,
  rotateKeysOperation,
  revokeKeysOperation,
  retireKeyOperation,
  listAttemptsOperation,
  showAttemptOperation,
  exportAttemptOperation,
  listAuditOperation,
  verifyAuditOperation,
  exportAuditOperation,
  listTokensOperation,
  createTokenOperation,
  revokeTokenOperation,
  listSettingsOperation,
]
