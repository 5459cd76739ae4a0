import { randomBytes } from 'node:crypto'
import { claimsOf } from '../jwt.ts'
import { reach } from './clients.ts'
import {
  escapeHtml,
  type Grant,
  page,
  redirect,
  repeatedIn,
  type Ticket,
  type WeakAnswer,
  type WeakClient,
  type WeakRequest,
  type WeakState,
} from './state.ts'
import { accessTokenFor } from './tokens.ts'

/** The authorization endpoint: proves client and redirect URI, has the person sign in, and asks for consent. */
export function authorize(request: WeakRequest, state: WeakState): WeakAnswer {
  const { has } = state
  if (request.method === 'POST')
    return has('authorize-split')
      ? redirect(`${request.url.searchParams.get('redirect_uri')}?error=x`)
      : page('405', 405)
  const parameters = requestOf(request, state)
  if (parameters === undefined) return page('The request is not known', 400)
  const redirectUri = parameters.get('redirect_uri')
  const client = clientOf(parameters.get('client_id') ?? '', state)
  if (client === undefined || !isRegistered(redirectUri, client, state)) {
    if (has('error-before-proof') && redirectUri !== null) return redirect(`${redirectUri}?error=invalid_request`)
    return page(
      `Wrong: ${has('page-reflects') ? request.url.searchParams.get('client_id') : ''}`,
      400,
      has('clickjacking-error') ? { 'content-security-policy': "default-src 'none'" } : {},
    )
  }
  const wrong = whatIsWrong(parameters, state)
  const subject = subjectOf(request, state)
  if (wrong !== undefined && (subject !== undefined || has('error-before-sign-in')))
    return failed(wrong, parameters, client, state)
  if (subject === undefined) return toSignIn(request, state)
  if (parameters.get('prompt') === 'none' && !has('consent-skipped-by-prompt'))
    return failed('interaction_required', parameters, client, state)
  const ticket: Ticket = { session: sessionOf(request) ?? '', subject, parameters }
  const id = randomBytes(18).toString('base64url')
  state.tickets.set(id, ticket)
  const isLoopback = new URL(destinationOf(parameters, client, state)).hostname === '127.0.0.1'
  const isRemembered =
    state.remembered.has(`${subject} ${client.clientId}`) &&
    (isLoopback ? has('consent-skipped-for-loopback') : has('consent-covers-more'))
  if (isRemembered || has('consent-skipped') || parameters.get('prompt') === 'none') return agreed(ticket, state)
  return redirect(`/consent?ticket=${id}`)
}

function requestOf({ url }: WeakRequest, state: WeakState): URLSearchParams | undefined {
  const { has } = state
  const query = url.searchParams
  const pushed = query.get('request_uri')
  if (has('fetch-of-request')) reach(pushed ?? undefined)
  if (pushed !== null) {
    const known = state.pushed.get(pushed) ?? (has('par-guessed') ? [...state.pushed.values()].at(-1) : undefined)
    if (known === undefined) return undefined
    if (known.clientId !== query.get('client_id') && !has('par-of-another-client')) return undefined
    const parameters = new URLSearchParams(known.parameters)
    if (has('par-overridden')) for (const [name, value] of query) parameters.set(name, value)
    parameters.set('pushed', pushed)
    return parameters
  }
  const parameters = new URLSearchParams(query)
  parameters.delete('pushed')
  const smuggled = has('request-object-unsigned') ? claimsOf(query.get('request') ?? '') : undefined
  if (typeof smuggled?.redirect_uri === 'string') {
    parameters.set('redirect_uri', smuggled.redirect_uri)
    parameters.set('smuggled', '1')
  }
  return parameters
}

function clientOf(clientId: string, state: WeakState): WeakClient | undefined {
  if (state.has('fetch-of-client-document')) reach(clientId)
  return state.clients.get(clientId)
}

function isRegistered(presented: string | null, client: WeakClient, state: WeakState): boolean {
  const { has } = state
  if (presented === null) return client.redirectUris.length === 1 || has('redirect-omitted')
  if (
    has('redirect-unregistered') ||
    has('request-object-unsigned') ||
    has('par-overridden') ||
    has('par-unregistered-redirect')
  )
    return true
  const all = has('redirect-of-another-client')
    ? [...state.clients.values()].flatMap(({ redirectUris }) => redirectUris)
    : client.redirectUris
  return all.some((registered) => {
    if (presented === registered) return true
    if (has('redirect-variants')) return presented.startsWith(registered)
    if (has('redirect-wildcard') && registered.endsWith('*')) return presented.startsWith(registered.slice(0, -1))
    if (!URL.canParse(presented)) return false
    const [a, b] = [new URL(presented), new URL(registered)]
    if (has('redirect-exact')) return a.href === b.href
    if (has('redirect-port-of-others') && a.hostname === b.hostname && a.pathname === b.pathname) return true
    const isLoopback = /^http:\/\/127\.0\.0\.1(:\d+)?\//.test(presented) && b.hostname === '127.0.0.1'
    return (
      isLoopback &&
      (has('redirect-loopback') || (a.pathname === b.pathname && a.search === b.search && a.hash === b.hash))
    )
  })
}

function whatIsWrong(parameters: URLSearchParams, { has, origin }: WeakState): string | undefined {
  const isImplicit = has('implicit') && parameters.get('response_type') === 'token'
  if (
    repeatedIn(parameters).some((name) => name !== 'redirect_uri' || !has('redirect-repeated')) &&
    !has('authorize-repeated')
  )
    return 'invalid_request'
  if (parameters.get('response_type') !== 'code' && !isImplicit) return 'unsupported_response_type'
  if (parameters.has('request') && !parameters.has('smuggled')) return 'request_not_supported'
  if ((parameters.get('prompt') ?? '').split(' ').length > 1) return 'invalid_request'
  const challenge = parameters.get('code_challenge')
  if (challenge === null && !has('pkce-missing') && !has('pkce-downgrade')) return 'invalid_request'
  if (challenge === '' && !has('pkce-empty')) return 'invalid_request'
  const method = parameters.get('code_challenge_method')
  if (challenge !== null && method !== 'S256' && !has('pkce-plain')) return 'invalid_request'
  const resources = parameters.getAll('resource')
  if (resources.some((resource) => resource !== `${origin}/mcp`) && !has('foreign-resource')) return 'invalid_target'
  return undefined
}

function failed(error: string, parameters: URLSearchParams, client: WeakClient, state: WeakState): WeakAnswer {
  const answer = new URLSearchParams({ error, ...(!state.has('iss-of-error') && { iss: state.origin }) })
  const echoed = parameters.get('state')
  if (echoed !== null) answer.set('state', echoed)
  return redirect(`${destinationOf(parameters, client, state)}?${answer}`)
}

/** The URI that the answer goes to. */
export function destinationOf(parameters: URLSearchParams, client: WeakClient, { has }: WeakState): string {
  const all = parameters.getAll('redirect_uri')
  return (has('redirect-repeated') ? all.at(-1) : all[0]) ?? client.redirectUris[0] ?? ''
}

export function sessionOf({ headers }: WeakRequest): string | undefined {
  return /(?:^|; )session=([^;]+)/.exec(headers.cookie ?? '')?.[1]
}

/** Who is signed in. */
export function subjectOf(request: WeakRequest, state: WeakState): string | undefined {
  const id = sessionOf(request)
  const user = request.headers['x-forwarded-user']
  if (state.has('sign-in-by-header') && typeof user === 'string') return user
  const forged = state.has('session-forged') && id !== undefined ? claimsOf(id)?.sub : undefined
  if (typeof forged === 'string') return forged
  return id === undefined || comesFromElsewhere(request, state) ? undefined : state.sessions.get(id)?.subject
}

/** Its sign-in asks for no proof, so that it is for this machine alone. */
function comesFromElsewhere({ headers }: WeakRequest, { has }: WeakState): boolean {
  const between = ['x-forwarded-for', 'forwarded', 'cf-connecting-ip', 'via']
  return between.some((name) => headers[name] !== undefined) && !has('dev-sign-in-from-elsewhere')
}

function toSignIn({ url, headers }: WeakRequest, state: WeakState): WeakAnswer {
  const base = state.has('host-in-redirect') ? `http://${headers['x-forwarded-host'] ?? headers.host}` : ''
  return redirect(`${base}/sign-in?to=${encodeURIComponent(url.pathname + url.search)}`)
}

export function signIn(request: WeakRequest, state: WeakState): WeakAnswer {
  const { has } = state
  const flags = `Path=/; ${has('cookies-open') ? '' : 'HttpOnly; '}${has('consent-csrf-origin') ? '' : 'SameSite=Lax'}`
  const { origin } = request.headers
  if (origin !== undefined && origin !== state.origin && !has('sign-in-csrf')) return page('From another site', 403)
  if (request.method === 'POST' && comesFromElsewhere(request, state)) return page('From elsewhere', 403)
  if (request.method === 'GET') {
    const id = sessionOf(request) ?? randomBytes(18).toString('base64url')
    if (!state.sessions.has(id)) state.sessions.set(id, { subject: undefined })
    const to = request.url.searchParams.get('to') ?? '/'
    const buttons = ['alice', 'bob'].map((user) => `<button name="user" value="${user}">${user}</button>`).join('')
    const form = `<form method="post" action="/sign-in"><input type="hidden" name="to" value="${escapeHtml(to)}">${buttons}</form>`
    const framing = has('clickjacking-sign-in') ? { 'content-security-policy': "default-src 'none'" } : {}
    return page(form, 200, { 'set-cookie': `session=${id}; ${flags}`, ...framing })
  }
  const form = new URLSearchParams(request.body)
  const old = sessionOf(request)
  const id = has('session-fixation') && old !== undefined ? old : randomBytes(18).toString('base64url')
  state.sessions.set(id, { subject: form.get('user') ?? 'alice' })
  const to = form.get('to') ?? '/'
  const isOwn = URL.canParse(to, state.origin) && new URL(to, state.origin).origin === state.origin
  return redirect(isOwn || has('sign-in-return') ? to : '/', { 'set-cookie': `session=${id}; ${flags}` })
}

export function consent(request: WeakRequest, state: WeakState): WeakAnswer {
  return request.method === 'GET' ? showConsent(request, state) : answerConsent(request, state)
}

function showConsent(request: WeakRequest, state: WeakState): WeakAnswer {
  const { has } = state
  const id = request.url.searchParams.get('ticket') ?? ''
  const ticket = state.tickets.get(id)
  const isOwn = ticket?.session === sessionOf(request) || has('session-forged') || has('sign-in-by-header')
  if (ticket === undefined || (!isOwn && !has('pending-request-taken-over'))) return page('Not yours', 403)
  const client = state.clients.get(ticket.parameters.get('client_id') ?? '')
  if (client === undefined) return page('No client', 400)
  const fields = [
    ...ticket.parameters,
    ...(has('consent-csrf-origin') ? [] : [['ticket', id]]),
    ['subject', ticket.subject],
  ]
  const inputs = fields
    .map(([name = '', value = '']) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('')
  const to = destinationOf(ticket.parameters, client, state)
  const host = /^https?:/.test(to) ? new URL(to).host : has('consent-hides-scheme') ? '' : to
  const name = has('client-name-script') ? client.name : escapeHtml(client.name)
  const about = `<p>${name} wants in${has('consent-hides-destination') ? '' : `, and goes to ${escapeHtml(host)}`}</p>`
  const buttons =
    '<button name="decision" value="deny">Deny</button><button name="decision" value="allow">Allow</button>'
  const headers = {
    ...(has('clickjacking-consent') && { 'content-security-policy': "default-src 'none'" }),
    ...(has('referrer-leak') && { 'referrer-policy': 'unsafe-url' }),
    ...(has('consent-page-cached') && { 'cache-control': 'public, max-age=600' }),
  }
  return page(`${about}<form method="post" action="/consent">${inputs}${buttons}</form>`, 200, headers)
}

function answerConsent(request: WeakRequest, state: WeakState): WeakAnswer {
  const { has } = state
  const { origin, 'sec-fetch-site': site } = request.headers
  const isForeign = (origin !== undefined && origin !== state.origin) || site === 'cross-site'
  if (isForeign && !has('consent-csrf-origin')) return page('From another site', 403)
  const form = new URLSearchParams(request.body)
  const id = form.get('ticket') ?? ''
  const subject = subjectOf(request, state)
  const free = has('consent-csrf-token') || has('consent-csrf-origin')
  const kept = state.tickets.get(id)
  const ticket =
    kept ??
    (free && subject !== undefined ? { session: sessionOf(request) ?? '', subject, parameters: form } : undefined)
  if (ticket === undefined) return page('Too old', 403)
  if (ticket.session !== sessionOf(request) && !has('consent-of-another-session')) return page('Not yours', 403)
  state.tickets.delete(id)
  if (form.get('decision') !== 'allow') return page('Denied', 200)
  return agreed(has('consent-changed') ? { ...ticket, parameters: form } : ticket, state)
}

/** Issues the code. */
function agreed({ subject, parameters }: Ticket, state: WeakState): WeakAnswer {
  const { has } = state
  const client = state.clients.get(parameters.get('client_id') ?? '')
  if (client === undefined) return page('No client', 400)
  const pushed = parameters.get('pushed')
  if (pushed !== null && !has('par-replayed') && !state.pushed.delete(pushed) && !has('par-guessed'))
    return page('Used before', 400)
  const to = destinationOf(parameters, client, state)
  const grant: Grant = {
    clientId: client.clientId,
    subject,
    redirectUri: to,
    resource: parameters.get('resource') ?? `${state.origin}/mcp`,
    scope: (parameters.get('scope') ?? '').split(' ').includes('openid') ? 'openid mcp' : 'mcp',
    nonce: parameters.get('nonce') ?? undefined,
    challenge: parameters.get('code_challenge') ?? undefined,
    method: parameters.get('code_challenge_method') ?? undefined,
    code: has('code-guessable') ? `code-number-${++state.codes}` : randomBytes(24).toString('base64url'),
    isCodeUsed: false,
    refreshTokens: [],
    accessTokens: [],
    hasEnded: false,
    accessLivesOn: false,
  }
  if (has('foreign-resource')) grant.resource = parameters.getAll('resource').at(-1) ?? grant.resource
  state.grants.push(grant)
  state.remembered.add(`${subject} ${client.clientId}`)
  const answer = new URLSearchParams({ code: grant.code, ...(!has('iss-of-code') && { iss: state.origin }) })
  const echoed = parameters.get('state') ?? ''
  const split = has('answer-split')
    ? `&state=${encodeURI(echoed)}`
    : `&${new URLSearchParams({ state: has('state-echo') ? echoed.trim().toLowerCase() : echoed })}`
  const headers = has('answer-cached') ? { 'cache-control': 'public, max-age=600' } : {}
  if (has('answer-by-message') && parameters.get('response_mode') === 'web_message')
    return page(`<script>opener.postMessage({ code: '${grant.code}' }, '*')</script>`)
  if (has('implicit')) return redirect(`${to}#access_token=${accessTokenFor(grant, state)}`)
  return redirect(`${to}?${answer}${split}`, headers, has('redirect-status') ? 307 : 303)
}
