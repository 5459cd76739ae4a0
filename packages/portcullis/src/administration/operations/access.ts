import { endGrantsOfSubject } from '@portcullis/auth/authorization-server'
import * as z from 'zod'
import { loadKnownClients } from '../../operations/configured-clients.ts'
import { allConsents, consentsOf, withdrawConsents } from '../consents.ts'
import { allGrants, type GrantSummary, grantsOfClient, grantsOfSubject, revokeGrant } from '../grants.ts'
import { type ActContext, operation } from '../operation.ts'
import { requireAccount } from '../require-account.ts'
import { endedGrants, idOf, time, user } from './fields.ts'

const whose = {
  subject: z.string().describe('The id of the person, or the identifier of a client that acts for itself.'),
  userName: z.string().optional().describe('The user name of the person.'),
  clientId: z.string(),
  clientName: z.string().optional().describe('As the configuration has it, or as the client claims it.'),
  scope: z.array(z.string()).readonly(),
  resource: z.string().describe('The MCP server that it is for.'),
}

const identity = z
  .strictObject({
    by: z.enum(['operator', 'document', 'itself']).describe('Who says what the client is.'),
    vendor: z
      .string()
      .optional()
      .describe('Whose it is, where its document stands, or its answers go, at a host that is known.'),
    imitates: z
      .strictObject({ name: z.string(), vendor: z.string(), place: z.string() })
      .optional()
      .describe('Whose client its name reads like, while it is at a place that is not known to be theirs.'),
    mixesAlphabets: z.literal(true).optional().describe('Letters that look alike stand in one word of its name.'),
  })
  .describe('How far it is known whose the client is, beyond its name.')

const grant = z
  .strictObject({
    id: z.string(),
    ...whose,
    identity,
    destination: z
      .string()
      .optional()
      .describe('Where its code was sent; absent where there was none, as for a device.'),
    actor: z.unknown().optional(),
    grantType: z.string().describe('How it came to be.'),
    issuedAt: time,
    usedAt: time.describe('When its client last called, or got tokens, in seconds since the epoch.'),
    tools: z
      .array(z.strictObject({ name: z.string(), count: z.int(), calledAt: time }))
      .readonly()
      .describe('The tools that it called last, the latest first.'),
    furtherCalls: z.int().optional().describe('Calls of tools that are not among these any more.'),
    unreadRequests: z.int().optional().describe('Requests that nobody read, in which tools may have been called.'),
  })
  .meta({ id: 'Grant' })

const consent = z
  .strictObject({
    ...whose,
    destination: z.string().describe('The host that answers go to.'),
    consentedAt: time.describe('When the person was asked last, in seconds since the epoch.'),
    usedAt: time.optional(),
    expiresAt: time,
  })
  .meta({ id: 'Consent' })

const ofUser = z.strictObject({ user: user.optional().describe('Only those of one person, by user name.') })

export const listGrantsOperation = operation({
  name: 'grants.list',
  right: 'read_grants',
  summary: 'List the grants: which client may do what for whom, or for itself',
  method: 'GET',
  path: '/grants',
  input: ofUser.extend({ client: idOf('a client').optional().describe('Only those of one client.') }),
  output: z.array(grant),
  async run(input, context) {
    return withNames(await grantsOfInput(input, context), context)
  },
})

export const endGrantOperation = operation({
  name: 'grants.end',
  right: 'end_grants',
  summary: 'End one grant, within 5 seconds everywhere; the client must ask anew',
  method: 'DELETE',
  path: '/grants/{grant}',
  input: z.strictObject({ grant: idOf('a grant') }),
  output: z.strictObject({ endedGrants }),
  async run(input, context) {
    await revokeGrant(input.grant, context.grantEnds)
    return { endedGrants: 1 }
  },
})

export const endGrantsOfUserOperation = operation({
  name: 'grants.endOfUser',
  right: 'end_grants',
  summary: 'End all grants of one person',
  method: 'DELETE',
  path: '/users/{user}/grants',
  input: z.strictObject({ user }),
  output: z.strictObject({ endedGrants }),
  async run(input, context) {
    const { id } = await requireAccount(context, input.user)
    return { endedGrants: await endGrantsOfSubject(id, 'revoked_by_operator', context.grantEnds) }
  },
})

export const listConsentsOperation = operation({
  name: 'consents.list',
  right: 'read_grants',
  summary: 'List what is remembered: which client gets what again without a question, for whom, and until when',
  method: 'GET',
  path: '/consents',
  input: ofUser,
  output: z.array(consent),
  async run(input, context) {
    const given = { store: context.store, now: context.now, configured: context.configuration.clients }
    const consents =
      input.user === undefined
        ? await allConsents(given)
        : await consentsOf((await requireAccount(context, input.user)).id, given)
    return withNames(consents, context)
  },
})

export const withdrawConsentsOperation = operation({
  name: 'consents.revoke',
  right: 'end_grants',
  summary: 'Forget what one person allowed one client, or all of them, and end the grants that came of it',
  method: 'DELETE',
  path: '/users/{user}/consents',
  input: z.strictObject({ user, client: idOf('a client').optional() }),
  output: z.strictObject({ forgottenConsents: z.int(), endedGrants }),
  async run(input, context) {
    const { id: subject } = await requireAccount(context, input.user)
    const { client } = input
    const done = await withdrawConsents(
      { subject, ...(client !== undefined && { clientId: client }) },
      context.grantEnds,
    )
    return { forgottenConsents: done.consents, endedGrants: done.grants }
  },
})

async function grantsOfInput(
  { user, client }: { user?: string | undefined; client?: string | undefined },
  context: ActContext,
): Promise<readonly GrantSummary[]> {
  const { store, configuration } = context
  const { clients: configured, privileges } = configuration
  const given = { store, configured, knownClients: loadKnownClients(configuration) }
  const subject = user === undefined ? undefined : (await requireAccount(context, user)).id
  if (client !== undefined)
    return (await grantsOfClient(client, given)).filter((grant) => subject === undefined || grant.subject === subject)
  return subject === undefined ? allGrants(given, Object.keys(privileges)) : grantsOfSubject(subject, given)
}

async function withNames<Of extends { subject: string }>(
  all: readonly Of[],
  { store }: Pick<ActContext, 'store'>,
): Promise<(Of & { userName: string | undefined })[]> {
  const subjects = [...new Set(all.map(({ subject }) => subject))]
  const accounts = await Promise.all(subjects.map((subject) => store.get('account', subject)))
  const names = new Map(subjects.map((subject, at) => [subject, accounts[at]?.value.userName]))
  return all.map((each) => ({ ...each, userName: names.get(each.subject) }))
}
