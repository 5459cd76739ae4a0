import { html, page } from '@portcullis/auth/authorization-server'
import { alert, hidden } from '../../pages/fields.ts'
import { redirect } from '../../pages/session.ts'
import { tryToken, unknownToken } from '../authenticate.ts'
import { parseConsoleAddress } from '../console-paths.ts'
import type { ConsoleContext } from '../context.ts'
import { tokenCookieOf, tokenSignInPath } from '../viewer.ts'

/** Sign-in where the console has an address of its own, to which no browser's session comes: by an administration token. */
export function showTokenSignIn(request: Request, context: ConsoleContext): Response {
  const returnTo = parseConsoleAddress(new URL(request.url).searchParams.get('return_to') ?? undefined)
  const hasToken = tokenCookieOf(context.origin).read(request) !== undefined
  return signInPage({ returnTo, hasToken }, context)
}

export async function acceptTokenSignIn(
  form: ReadonlyMap<string, string>,
  context: ConsoleContext,
  clientAddress: string,
): Promise<Response> {
  const cookie = tokenCookieOf(context.origin)
  if (form.get('leave') === 'yes') return redirect(tokenSignInPath, { 'set-cookie': cookie.formatRemoval() })
  const token = form.get('token')?.trim() ?? ''
  const returnTo = parseConsoleAddress(form.get('return_to'))
  const found = await tryToken(token, context, clientAddress)
  if (found !== 'unknown' && found !== 'too_many')
    return redirect(returnTo ?? '/console', { 'set-cookie': cookie.format(token) })
  const refusal = refusals[found]
  const { status, reason } = refusal
  context.onEvent({
    type: 'console_refused',
    ...{ status, reason, method: 'POST', path: tokenSignInPath, clientAddress },
  })
  return signInPage({ returnTo, ...refusal }, context)
}

const refusals = {
  unknown: { status: 422, reason: 'unauthorized', message: unknownToken },
  too_many: { status: 429, reason: 'too_many', message: 'There were too many wrong tokens. Wait a minute.' },
}

function signInPage(
  {
    returnTo,
    hasToken = false,
    message,
    status = 200,
  }: { returnTo: string | undefined; hasToken?: boolean; message?: string; status?: number },
  { server }: ConsoleContext,
): Response {
  return page({
    title: 'Sign in to the console',
    owner: server.name,
    brand: server.brand,
    status,
    formActionSources: [],
    body: html`<h1>Sign in to the console</h1>
${alert(message)}
<form method="post" action="${tokenSignInPath}">${returnTo === undefined ? undefined : hidden('return_to', returnTo)}
<div class="field"><label for="token">Administration token</label>
<input id="token" name="token" type="password" autocomplete="off" maxlength="200" required autofocus aria-describedby="token-hint">
<small id="token-hint">Whoever may run commands on the machine makes one: <code>portcullis tokens create --name NAME --role ROLE</code></small></div>
<button>Sign in</button>
</form>
${hasToken ? html`<h2>Or leave</h2><p class="soft">This browser keeps a token of the console.</p><form method="post" action="${tokenSignInPath}"><button class="plain" name="leave" value="yes">Sign out</button></form>` : undefined}`,
  })
}
