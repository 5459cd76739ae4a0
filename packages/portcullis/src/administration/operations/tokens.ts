import * as z from 'zod'
import { administratorRoles, roles } from '../../store/role.ts'
import { operation } from '../operation.ts'
import { createToken, listTokens, revokeToken } from '../tokens.ts'
import { idOf, seconds, shortText, time } from './fields.ts'

const day = 86_400

const shown = {
  id: z.string().describe('Names it, and opens nothing.'),
  name: z.string(),
  role: z.enum(roles),
  createdAt: time,
  createdBy: z.looseObject({ kind: z.string() }),
  expiresAt: time,
  usedAt: time.optional().describe('When it was used last, to the hour.'),
}
const token = z.strictObject(shown).meta({ id: 'Token' })

export const listTokensOperation = operation({
  name: 'tokens.list',
  right: 'read_tokens',
  summary: 'List the administration tokens that work',
  method: 'GET',
  path: '/tokens',
  input: z.strictObject({}),
  output: z.array(token),
  run: (_, context) => listTokens(context),
})

export const createTokenOperation = operation({
  name: 'tokens.create',
  right: 'manage_tokens',
  summary: 'Make an administration token, which is shown this once',
  method: 'POST',
  path: '/tokens',
  input: z.strictObject({
    name: shortText('a name', 100).describe('What it is for, to tell it from others.'),
    role: z.enum(administratorRoles, `must be one of ${administratorRoles.join(', ')}`).describe('What it may do.'),
    lifetime: seconds({ least: 300, most: 366 * day })
      .optional()
      .describe('How long it works, in seconds. Default: ninety days.'),
  }),
  output: z.strictObject({ ...shown, token: z.string().describe('Shown this once.') }),
  status: 201,
  run: ({ lifetime = 90 * day, ...input }, context) => createToken(context, { ...input, lifetime }),
})

export const revokeTokenOperation = operation({
  name: 'tokens.revoke',
  right: 'manage_tokens',
  summary: 'Revoke an administration token, at once',
  method: 'DELETE',
  path: '/tokens/{token}',
  input: z.strictObject({ token: idOf('an administration token') }),
  output: token,
  run: (input, context) => revokeToken(context, input.token),
})
