import * as z from 'zod'
import { versionOf } from '../../version.ts'
import {
  type AttemptView,
  attemptsBesideServer,
  exportAttempt,
  listAttempts,
  parties,
  showAttempt,
} from '../attempts.ts'
import { operation } from '../operation.ts'
import { idOf, shortText } from './fields.ts'

const milliseconds = z.int().describe('Milliseconds since the epoch.')

const attempt = z
  .looseObject({
    id: z.string(),
    startedAt: milliseconds,
    changedAt: milliseconds,
    connectedAt: milliseconds
      .optional()
      .describe('When its first authorised call came, in milliseconds since the epoch.'),
    client: z.looseObject({ name: z.string() }).describe('Which client it seems to be.'),
    server: z
      .looseObject({ name: z.string(), publicUrl: z.string() })
      .optional()
      .describe('Of several servers the one that it connects to, where that could be told.'),
    person: z.looseObject({ subject: z.string(), userName: z.string().optional() }).optional(),
    verdict: z
      .looseObject({ party: z.enum(parties), sentence: z.string() })
      .describe('Whose doing it is, and what to do.'),
    timeline: z.array(z.looseObject({})).readonly().describe('Each request, what it was answered, and what it means.'),
    doubts: z.array(z.string()).readonly(),
  })
  .meta({ id: 'Attempt' })

export const listAttemptsOperation = operation({
  name: 'attempts.list',
  right: 'read_attempts',
  summary: 'List the attempts of clients to connect, the latest first, each as a timeline with a verdict',
  method: 'GET',
  path: '/attempts',
  input: z.strictObject({
    client: shortText('a part of a name').optional().describe('Only those of a client, by a part of its name.'),
    verdict: shortText('a verdict')
      .optional()
      .describe(`Only those with a verdict: ${parties.join(', ')}, or the code of a riddle.`),
    person: shortText('a user name').optional().describe('Only those of one person, by user name.'),
    text: shortText('a text')
      .optional()
      .describe('Only those with a text: an address, the reference on an error page.'),
    since: milliseconds
      .min(0)
      .optional()
      .describe('Only those that changed since then, in milliseconds since the epoch.'),
    limit: z
      .int('must be a number from 1 to 500')
      .min(1, 'must be a number from 1 to 500')
      .max(500, 'must be a number from 1 to 500')
      .optional()
      .describe('How many, at most 500. Default: 50.'),
  }),
  output: z.array(attempt),
  async run({ limit = 50, ...filter }, context) {
    const meant = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
    return (await listAttempts(await attemptsBesideServer(context), meant, { limit })).map(shown)
  },
})

export const showAttemptOperation = operation({
  name: 'attempts.show',
  right: 'read_attempts',
  summary: 'Show one attempt of a client to connect',
  method: 'GET',
  path: '/attempts/{attempt}',
  input: z.strictObject({ attempt: idOf('an attempt') }),
  output: attempt,
  run: async (input, context) => shown(await showAttempt(await attemptsBesideServer(context), input.attempt)),
})

export const exportAttemptOperation = operation({
  name: 'attempts.export',
  right: 'read_attempts',
  summary:
    'Make an evidence file of one attempt, to give away: without secrets, and with pseudonyms unless names are asked for',
  method: 'GET',
  path: '/attempts/{attempt}/evidence',
  input: z.strictObject({
    attempt: idOf('an attempt'),
    names: z
      .boolean('must be true or false')
      .optional()
      .describe('Whether addresses, people and hosts stay as they are. Default: false.'),
  }),
  output: z
    .looseObject({ isPseudonymised: z.boolean().describe('Whether addresses, people and hosts are pseudonyms.') })
    .meta({ id: 'Evidence' }),
  async run({ attempt: id, names = false }, context) {
    const options = { version: versionOf(), namesEverybody: names }
    return { ...(await exportAttempt(await attemptsBesideServer(context), id, options)) }
  },
})

function shown({ client, server, person, verdict, timeline, ...attempt }: AttemptView) {
  return {
    ...attempt,
    client: { ...client },
    ...(server !== undefined && { server: { ...server } }),
    ...(person !== undefined && { person: { ...person } }),
    verdict: { ...verdict },
    timeline: timeline.map((entry) => ({ ...entry })),
  }
}
