import { answerFaults, faults, isFault, type TestAuthorizationServer } from '@portcullis/auth/testing'
import type { DevOptions } from './dev-handler.ts'
import { json, redirect, refusal } from './responses.ts'
import { isName, signInAs } from './sign-in.ts'
import { switchesPage, tokenPage } from './switches-page.ts'

const seeAll = 'GET /dev/faults lists all that there are'

/** Answers under `/dev`: to programs, and to the buttons of the page. */
export async function answerSwitches(
  request: Request,
  server: TestAuthorizationServer,
  options: DevOptions,
): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url)
  const [, , what = '', name = '', ...rest] = pathname.split('/')
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const form = method === 'POST' ? await formOf(request) : new URLSearchParams()
  if (form instanceof Response) return form
  switch (rest.length > 0 || (name !== '' && what !== 'faults') ? '' : `${method} ${what}`) {
    case 'GET ':
      return switchesPage(server, options)
    case 'GET sign-in':
      return signInAs(searchParams.get('as') ?? '', searchParams.get('to') ?? '', options.origin)
    case 'GET faults':
      return oneOrAll(name, server)
    case 'PUT faults':
    case 'DELETE faults':
      return setFault(name, { isOn: method === 'PUT' }, server)
    case 'POST switch':
      return pressSwitch(form, server)
    case 'POST rotate-keys':
      await server.rotateKeys()
      return done(request, { rotated: true })
    case 'POST end-grants':
      return endGrants(request, form, server)
    case 'POST token':
      return tokenFor(request, form, server)
    case 'POST device':
      return answerDevice(form, server)
    default:
      return refusal(`There is no ${request.method} ${pathname}`, 'GET /dev is the page of all that there is', 404)
  }
}

const longestForm = 16_384

async function formOf(request: Request): Promise<URLSearchParams | Response> {
  const { headers } = request
  if (new URL(request.url).search !== '')
    return refusal('Fields stand in the body, not in the address', 'Send name=value pairs: curl -d subject=bob')
  if (headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > longestForm)
    return refusal('The form is too long, or its length is not told', 'Send fewer fields, with a Content-Length', 413)
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  const text = await request.text()
  if (text !== '' && type !== 'application/x-www-form-urlencoded')
    return refusal('The body is no form', 'Send name=value pairs: curl -d subject=bob', 415)
  return new URLSearchParams(text)
}

function setFault(name: string, { isOn }: { isOn: boolean }, server: TestAuthorizationServer): Response {
  if (name === '' && !isOn) server.faults.clear()
  else if (!isFault(name)) return unknownFault(name)
  else if (isOn) server.faults.add(name)
  else server.faults.delete(name)
  return json(stateOf(server))
}

function unknownFault(name: string): Response {
  return name === ''
    ? refusal('Which fault?', `PUT /dev/faults/NAME; ${seeAll}`)
    : json({ error: `There is no fault "${name}"`, next_step: seeAll, faults: Object.keys(faults) }, 404)
}

function oneOrAll(name: string, server: TestAuthorizationServer): Response {
  if (name === '') return json(stateOf(server))
  return isFault(name) ? json({ on: server.faults.has(name), description: faults[name] }) : unknownFault(name)
}

function pressSwitch(form: URLSearchParams, server: TestAuthorizationServer): Response {
  const isOn = form.has('on')
  const answer = setFault(form.get('on') ?? form.get('off') ?? '', { isOn }, server)
  return answer.ok ? redirect('/dev') : answer
}

function stateOf(server: TestAuthorizationServer): Record<string, { on: boolean; description: string }> {
  const names = Object.keys(faults).filter(isFault)
  return Object.fromEntries(names.map((name) => [name, { on: server.faults.has(name), description: faults[name] }]))
}

async function endGrants(request: Request, form: URLSearchParams, server: TestAuthorizationServer): Promise<Response> {
  const grantId = form.get('grant_id')
  if (grantId !== null) {
    const hasEnded = await server.endGrant(grantId, 'revoked_by_operator')
    return hasEnded
      ? done(request, { ended: 1 })
      : refusal('There is no such grant', 'grant_id is a claim of its access tokens; it may have ended already', 404)
  }
  const subject = form.get('subject') ?? ''
  return done(request, { ended: await server.endGrants(subject === '' ? undefined : subject) })
}

async function tokenFor(request: Request, form: URLSearchParams, server: TestAuthorizationServer): Promise<Response> {
  const subject = form.get('subject') ?? 'alice'
  if (!isName(subject)) return refusal('That is no name', 'Name somebody in 1 to 128 characters: -d subject=bob')
  const wrong = form.getAll('fault').filter((name) => name !== 'none')
  const unknown = wrong.find((name) => !answerFaults.some((fault) => fault === name))
  if (unknown !== undefined)
    return refusal(`No token has the fault "${unknown}"`, `A token may have ${answerFaults.join(', ')}; or none`)
  const scope = form.get('scope')?.split(' ')
  const session = await server.signIn({
    subject,
    ...(scope !== undefined && { scope }),
    ...(form.has('fault') && { faults: wrong.filter(isFault) }),
  })
  const { accessToken, refreshToken, client } = session
  const body = {
    access_token: accessToken,
    token_type: 'Bearer',
    refresh_token: refreshToken,
    client_id: client.clientId,
    subject,
    scope: session.scope.join(' '),
  }
  return isForPerson(request) ? tokenPage(body) : json(body, 201)
}

/** The person at `/device`, for clients under test that nobody watches. */
async function answerDevice(form: URLSearchParams, server: TestAuthorizationServer): Promise<Response> {
  const [subject, decision] = [form.get('subject') ?? 'alice', form.get('decision') ?? 'allow']
  if (!isName(subject) || (decision !== 'allow' && decision !== 'deny'))
    return refusal('That is no answer', 'Send user_code=XXXX-XXXX, and if you like subject=bob and decision=deny')
  const userCode = new URLSearchParams({ user_code: form.get('user_code') ?? '' })
  try {
    await server.answer(`${server.issuer}/device?${userCode}`, { subject, decision })
    return json({ subject, decision })
  } catch {
    return refusal('No device waits with that code', 'Send user_code as the device shows it; it may have expired', 404)
  }
}

/** People who pressed a button see the switches again. */
function done(request: Request, body: object): Response {
  return isForPerson(request) ? redirect('/dev') : json(body)
}

function isForPerson(request: Request): boolean {
  return (request.headers.get('accept') ?? '').includes('text/html')
}
