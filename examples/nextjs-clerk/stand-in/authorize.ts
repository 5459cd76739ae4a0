import { type Instance, type Pending, personOf } from './instance.ts'
import { consentPage, page, signInPage } from './pages.ts'
import { id } from './tokens.ts'

/** `GET /oauth/authorize`: the sign-in page, the consent page, which clients that registered cannot do without, or why not. */
export function authorize(instance: Instance, request: Request): Response {
  const url = new URL(request.url)
  const { client_id = '', redirect_uri = '', ...asked } = Object.fromEntries(url.searchParams)
  const client = instance.clients.get(client_id)
  if (client === undefined) return page('This client is not known here', '<p>Have it register anew.</p>', 400)
  if (!client.redirectUris.includes(redirect_uri)) return page('That is no address of this client', '', 400)
  const back = (parameters: Record<string, string>) => backToClient({ redirectUri: redirect_uri, ...asked }, parameters)
  if (asked.response_type !== 'code') return back({ error: 'unsupported_response_type' })
  if (asked.code_challenge === undefined || asked.code_challenge_method !== 'S256')
    return back({ error: 'invalid_request', error_description: 'S256 is needed (PKCE)' })
  const scope = asked.scope ?? client.scope
  if (!scope.split(' ').every((token) => client.scope.split(' ').includes(token)))
    return back({ error: 'invalid_scope', error_description: `This client may ask for ${client.scope}` })

  const person = personOf(instance, request)
  if (person === undefined) return signInPage(url.pathname + url.search)
  const { state, code_challenge: challenge, resource } = asked
  const pending = {
    clientId: client_id,
    userId: person.id,
    scope,
    resource,
    redirectUri: redirect_uri,
    state,
    challenge,
  }
  const ticket = id(24)
  instance.pending.set(ticket, pending)
  return consentPage({ ticket, client, person, scope, redirectUri: redirect_uri })
}

/** `POST /oauth-consent`: what somebody said. */
export async function consent(instance: Instance, request: Request): Promise<Response> {
  const { ticket, decision } = Object.fromEntries(await request.formData())
  const pending = instance.pending.get(String(ticket))
  instance.pending.delete(String(ticket))
  if (pending === undefined || personOf(instance, request)?.id !== pending.userId)
    return page('This page has been used already', '<p>Go back to where you came from.</p>', 400)
  if (decision !== 'allow') return backToClient(pending, { error: 'access_denied' })
  const code = id(32)
  instance.codes.set(code, pending)
  return backToClient(pending, { code })
}

function backToClient(
  { redirectUri, state }: Pick<Pending, 'redirectUri'> & { state?: string | undefined },
  parameters: Record<string, string>,
): Response {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  if (state !== undefined) url.searchParams.set('state', state)
  return new Response(undefined, { status: 303, headers: { location: url.href, 'referrer-policy': 'no-referrer' } })
}
