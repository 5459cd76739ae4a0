import * as z from 'zod'
import { sentenceOf } from '../../audit/problem-text.ts'
import { listAuditLog, readAuditLog } from '../../audit/read.ts'
import { verifyAuditLog } from '../../audit/verify.ts'
import type { AuditRecord } from '../../store/records.ts'
import { operation, streamOperation } from '../operation.ts'
import { time } from './fields.ts'

const number = z.int('must be a number of an entry').min(0).max(1e12)
const hash = z.string().describe('SHA-256, in hexadecimal.')

const entry = z
  .strictObject({
    sequence: z.int(),
    at: time,
    by: z.looseObject({ kind: z.enum(['command_line', 'account', 'token', 'server']) }).describe('Who did it.'),
    act: z.looseObject({ type: z.string() }).describe('What was done, and on whom or what.'),
    result: z.enum(['done', 'refused']),
    previous: hash.describe('The hash of the entry before.'),
    hash,
  })
  .meta({ id: 'AuditEntry' })

export const listAuditOperation = operation({
  name: 'audit.list',
  right: 'read_audit',
  summary: 'List the entries of the audit log, the newest first',
  method: 'GET',
  path: '/audit',
  input: z.strictObject({
    limit: z
      .int('must be a number from 1 to 1000')
      .min(1, 'must be a number from 1 to 1000')
      .max(1000, 'must be a number from 1 to 1000')
      .optional()
      .describe('How many, at most 1000. Default: 50.'),
    before: number.optional().describe('Only those before the entry of this number.'),
  }),
  output: z.array(entry),
  run: async (input, context) => (await listAuditLog(context, input)).map(shown),
})

export const verifyAuditOperation = operation({
  name: 'audit.verify',
  right: 'read_audit',
  summary: 'Say whether the audit log is the one that was written',
  method: 'GET',
  path: '/audit/verification',
  input: z.strictObject({
    head: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be a hash of the log, of 64 letters and digits')
      .optional()
      .describe('A hash that was kept elsewhere, which the log must still have.'),
  }),
  output: z
    .strictObject({
      isWhole: z.boolean(),
      entries: z.int(),
      head: z.strictObject({ sequence: z.int(), hash }),
      problem: z
        .looseObject({ kind: z.string(), sentence: z.string(), sequence: z.int().optional() })
        .optional()
        .describe('What is wrong, with the number of the first entry that is broken.'),
      sealedUpTo: z.int().optional().describe('The last entry that the server has sealed.'),
      keptHeadAt: z.int().optional().describe('The entry that `head` is the hash of.'),
      unproved: z.array(z.string()).readonly().describe('What nobody can tell by what was at hand.'),
    })
    .meta({ id: 'AuditVerdict' }),
  async run({ head }, { store, auditKeys }) {
    const { entries, head: end, problem, ...others } = await verifyAuditLog({ store, keys: auditKeys, head })
    return {
      isWhole: problem === undefined,
      entries,
      head: end,
      ...(problem !== undefined && { problem: { ...problem, sentence: sentenceOf(problem) } }),
      ...others,
    }
  },
})

export const exportAuditOperation = streamOperation({
  name: 'audit.export',
  right: 'read_audit',
  summary: 'The whole audit log as JSON lines, the oldest entry first',
  method: 'GET',
  path: '/audit/export',
  input: z.strictObject({
    after: number.optional().describe('Only those after the entry of this number, to go on from an export before.'),
  }),
  output: entry,
  run: async ({ after = 0 }, context) => entriesAfter(after, context),
})

async function* entriesAfter(after: number, context: Parameters<typeof readAuditLog>[0]) {
  for await (const { value } of readAuditLog(context, { after })) yield shown(value)
}

function shown(entry: AuditRecord) {
  return { ...entry, by: { ...entry.by }, act: { ...entry.act } }
}
