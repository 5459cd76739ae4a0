import type { Entry } from '@portcullis/auth/authorization-server'
import { changeToEnd, linkIdOf } from '../accounts/links.ts'
import { OperatorError } from '../operations/operator-error.ts'
import { listAll } from '../store/list-all.ts'
import type { LinkRecord } from '../store/records.ts'
import type { Role } from '../store/role.ts'
import type { UsersContext } from './users.ts'

/** An invitation that nobody has used yet, as the operator is shown it. */
export interface InvitationSummary {
  id: string
  /** For whom it is, in the words of whoever invited. */
  recipient: string | undefined
  /** What the person will be. */
  role: Role
  /** Seconds since the epoch. */
  createdAt: number
  /** Seconds since the epoch. */
  expiresAt: number
}

type WithStore = Pick<UsersContext, 'store'>

/** The invitations that still work, the oldest first. */
export async function listInvitations(context: WithStore): Promise<InvitationSummary[]> {
  const invitations = (await allInvitations(context)).map(summaryOf)
  return invitations.sort((a, b) => a.createdAt - b.createdAt || a.id.localeCompare(b.id))
}

/** Ends an invitation. Throws `OperatorError` when there is none of this id. */
export async function withdrawInvitation(context: WithStore, id: string): Promise<InvitationSummary> {
  for (;;) {
    const invitation = (await allInvitations(context)).find((each) => linkIdOf(each.id) === id)
    if (invitation === undefined)
      throw new OperatorError(`There is no invitation "${id}"`, {
        kind: 'not_found',
        nextStep: 'It may have been used. See which there are: portcullis users invitations',
      })
    if (!(await context.store.commit([changeToEnd(invitation)]))) continue
    return summaryOf(invitation)
  }
}

function allInvitations({ store }: WithStore): Promise<Entry<LinkRecord>[]> {
  return listAll(store, 'link', 'purpose', 'invitation')
}

function summaryOf({ id, value, expiresAt = Number.POSITIVE_INFINITY }: Entry<LinkRecord>): InvitationSummary {
  const { recipient, role = 'member', createdAt } = value
  return { id: linkIdOf(id), recipient, role, createdAt, expiresAt }
}
