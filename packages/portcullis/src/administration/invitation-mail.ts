import { invitationMessage } from '../mail/messages.ts'
import { createSmtp, DeliveryError } from '../mail/smtp.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { Role } from '../store/role.ts'
import { withdrawInvitation } from './invitations.ts'
import type { ActContext } from './operation.ts'
import { inviteUser } from './users.ts'

interface Invitation {
  email: string
  recipient?: string | undefined
  lifetime?: number | undefined
  role?: Role | undefined
  withLink?: boolean | undefined
}

/**
 * Makes an invitation and sends it at once; one that cannot be sent is taken back. Only where nobody else is given the link does its use prove that the
 * address is the person's. Throws `OperatorError` where no mail is configured, and where the mail server does not take it.
 */
export async function sendInvitation(
  context: ActContext,
  { email, recipient = email, lifetime, role, withLink = false }: Invitation,
): Promise<{ id: string; expiresAt: number; sentTo: string; link?: string }> {
  const { configuration } = context
  const mail = context.mail()
  if (mail === undefined)
    throw new OperatorError('Nothing says how messages are sent', {
      nextStep:
        'Set mail.server and mail.from in the configuration, or leave the address out and give the link by hand.',
    })
  const issued = await inviteUser(context, { recipient, lifetime, role, email: withLink ? undefined : email })
  const { id, link, expiresAt } = issued
  const { name = new URL(configuration.publicUrl).host } = configuration
  const until = `${new Date(expiresAt * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
  try {
    await createSmtp(mail)(invitationMessage(email, { link, until, site: { name, origin: context.origin } }))
  } catch (cause) {
    if (!(cause instanceof DeliveryError)) throw cause
    await withdrawInvitation(context, id)
    throw new OperatorError(`The mail server ${mail.host}:${mail.port} did not take the invitation: ${cause.message}`, {
      nextStep: 'The invitation is taken back. See that mail.server, mail.user and the password are right.',
      cause,
    })
  }
  return { id, expiresAt, sentTo: email, ...(withLink && { link }) }
}
