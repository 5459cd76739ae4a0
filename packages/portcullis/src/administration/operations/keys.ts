import {
  listSigningKeys,
  retireSigningKey,
  revokeSigningKeys,
  rotateSigningKey,
} from '@portcullis/auth/authorization-server'
import * as z from 'zod'
import { OperatorError } from '../../operations/operator-error.ts'
import { type ActContext, operation } from '../operation.ts'
import { idOf, time } from './fields.ts'

const keys = z.array(
  z
    .strictObject({
      kid: z.string(),
      alg: z.string(),
      state: z
        .enum(['next', 'signing', 'retired'])
        .describe('`next` is published and does not sign yet; `retired` is published and signs no more.'),
      createdAt: time,
      signsFrom: time.optional(),
      publishedUntil: time.optional(),
    })
    .meta({ id: 'SigningKey' }),
)
const nothing = z.strictObject({})

export const listKeysOperation = operation({
  name: 'keys.list',
  right: 'read_keys',
  summary: 'List the signing keys that are published',
  method: 'GET',
  path: '/keys',
  input: nothing,
  output: keys,
  run: (_, context) => listSigningKeys(context),
})

export const rotateKeysOperation = operation({
  name: 'keys.rotate',
  right: 'rotate_keys',
  summary: 'Publish the next key now, which signs a while later; no token is broken',
  method: 'POST',
  path: '/keys/rotate',
  input: nothing,
  output: keys,
  run: (_, context) => rotateSigningKey(keyOptions(context)),
})

export const revokeKeysOperation = operation({
  name: 'keys.revoke',
  right: 'rotate_keys',
  summary:
    'Take back all keys at once, for a key that somebody else may have: tokens issued so far are refused within 5 seconds',
  method: 'POST',
  path: '/keys/revoke',
  input: nothing,
  output: keys,
  run: (_, context) => revokeSigningKeys(keyOptions(context)),
})

export const retireKeyOperation = operation({
  name: 'keys.retire',
  right: 'rotate_keys',
  summary: 'Take back a key that does not sign: a retired one before its time, or the next one',
  method: 'DELETE',
  path: '/keys/{key}',
  input: z.strictObject({ key: idOf('a key') }),
  output: keys,
  async run({ key }, context) {
    const outcome = await retireSigningKey(key, keyOptions(context))
    if (outcome === 'unknown')
      throw new OperatorError(`There is no key "${key}"`, {
        kind: 'not_found',
        nextStep: 'See which there are: portcullis keys list',
      })
    if (outcome === 'signing')
      throw new OperatorError(`The key "${key}" signs now`, {
        nextStep:
          'Let another take its place: portcullis keys rotate. If somebody else may have it: portcullis keys rotate --now',
      })
    return listSigningKeys(context)
  },
})

function keyOptions({ store, now, secrets, configuration }: ActContext) {
  return { store, now, secrets: secrets(), signingKeys: configuration.signingKeys }
}
