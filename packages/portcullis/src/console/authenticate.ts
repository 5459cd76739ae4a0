import { networkOf } from '@portcullis/auth/protocol'
import { isOwnForm } from '../accounts/own-form.ts'
import { type Administrator, administratorOf } from '../administration/administrator.ts'
import { roleNow } from '../administration/held-role.ts'
import { administratorOfToken } from '../administration/tokens.ts'
import type { ConsoleContext } from './context.ts'
import type { ApiProblem } from './problem-details.ts'

/**
 * Who asks: by an administration token, or else by the session of their browser. A session alone does nothing for a page of another site, and changes
 * nothing unless its person has proved a moment ago who they are. Wrong tokens are counted by network, right ones are not held up by them.
 */
export async function authenticate(
  request: Request,
  context: ConsoleContext,
  clientAddress: string,
): Promise<Administrator | ApiProblem> {
  const given = request.headers.get('authorization')
  if (given !== null) return byToken(given, context, clientAddress)
  const session = await context.session?.of(request)
  if (session === undefined || context.session === undefined) return unknown('The request says not who asks.')
  if (!isOwn(request, context.origin))
    return { type: 'foreign', detail: `A browser’s sign-in counts for pages of ${context.origin} alone.` }
  const administrator = administratorOf(session.account, await roleNow(context.administration, session.account))
  if (administrator === undefined) return { type: 'forbidden', detail: 'Members do not administrate.' }
  if (!isSafe(request) && !context.session.isFresh(session))
    return {
      type: 'proof_needed',
      detail: 'The sign-in is too long ago for a change.',
      nextStep: `Prove it at ${context.origin}/account/confirm, and ask again.`,
    }
  return administrator
}

/** Whether it is an administrator, as opposed to why it is none. */
export function isAdministrator(found: Administrator | ApiProblem): found is Administrator {
  return 'role' in found
}

async function byToken(
  given: string,
  context: ConsoleContext,
  clientAddress: string,
): Promise<Administrator | ApiProblem> {
  const [, token = ''] = /^Bearer +([^ ]+)$/i.exec(given) ?? []
  const found = await tryToken(token, context, clientAddress)
  if (found === 'too_many') return { type: 'too_many', detail: 'Wait a minute.', headers: { 'retry-after': '60' } }
  return found === 'unknown' ? unknown(unknownToken, 'invalid_token') : found
}

export const unknownToken = 'The token is none of ours, has expired, or was revoked.'

/** Whom a token stands for. Wrong ones are counted by network, for a minute. */
export async function tryToken(
  token: string,
  { administration, refusalLimit }: Pick<ConsoleContext, 'administration' | 'refusalLimit'>,
  clientAddress: string,
): Promise<Administrator | 'unknown' | 'too_many'> {
  const administrator = /^[\w-]{1,200}$/.test(token) ? await administratorOfToken(administration, token) : undefined
  if (administrator !== undefined) return administrator
  const count = await administration.store.count(`administration tokens refused from ${networkOf(clientAddress)}`, 60)
  return count > refusalLimit ? 'too_many' : 'unknown'
}

function unknown(detail: string, error?: string): ApiProblem {
  const challenge = `Bearer realm="Portcullis administration"${error === undefined ? '' : `, error="${error}"`}`
  return {
    type: 'unauthorized',
    detail,
    nextStep: 'Make a token (portcullis tokens create), and send it as "Authorization: Bearer …".',
    headers: { 'www-authenticate': challenge },
  }
}

/** Whether a page of ours, or a person by hand, asks: for a change a page of ours alone. */
function isOwn(request: Request, origin: string): boolean {
  if (!isSafe(request)) return isOwnForm(request, origin)
  const site = request.headers.get('sec-fetch-site')
  return site === null || site === 'same-origin' || site === 'none'
}

function isSafe({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD'
}
