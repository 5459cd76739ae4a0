import { html, page } from '@portcullis/auth/authorization-server'
import { networkOf } from '@portcullis/auth/protocol'
import { administratorOfToken } from '../../administration/tokens.ts'
import { alert, hidden } from '../../pages/fields.ts'
import { redirect } from '../../pages/session.ts'
import { parseConsoleAddress } from '../console-paths.ts'
import type { ConsoleContext } from '../context.ts'
import { tokenCookieOf, tokenSignInPath } from '../viewer.ts'

/** Sign-in where the console has an address of its own, to which no browser's session comes: by an administration token. */
export function showTokenSignIn(request: Request, context: ConsoleContext): Response {
  return signInPage(
    { returnTo: parseConsoleAddress(new URL(request.url).searchParams.get('return_to') ?? undefined) },
    context,
  )
}

export async function acceptTokenSignIn(
  form: ReadonlyMap<string, string>,
  context: ConsoleContext,
  clientAddress: string,
): Promise<Response> {
  const { administration, origin, refusalLimit, onEvent } = context
  const cookie = tokenCookieOf(origin)
  if (form.get('leave') === 'yes') return redirect(tokenSignInPath, { 'set-cookie': cookie.formatRemoval() })
  const token = form.get('token')?.trim() ?? ''
  const returnTo = parseConsoleAddress(form.get('return_to'))
  if (/^[\w-]{1,200}$/.test(token) && (await administratorOfToken(administration, token)) !== undefined)
    return redirect(returnTo ?? '/console', { 'set-cookie': cookie.format(token) })
  const count = await administration.store.count(`administration tokens refused from ${networkOf(clientAddress)}`, 60)
  const isTooMuch = count > refusalLimit
  const status = isTooMuch ? 429 : 401
  onEvent({
    type: 'console_refused',
    status,
    reason: isTooMuch ? 'too_many' : 'unauthorized',
    method: 'POST',
    path: tokenSignInPath,
    clientAddress,
  })
  return signInPage(
    {
      returnTo,
      status: isTooMuch ? 429 : 422,
      message: isTooMuch
        ? 'There were too many wrong tokens. Wait a minute.'
        : 'The token is none of ours, has expired, or was revoked.',
    },
    context,
  )
}

function signInPage(
  { returnTo, message, status = 200 }: { returnTo: string | undefined; message?: string; status?: number },
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
<form method="post" action="${tokenSignInPath}" class="after"><button class="plain" name="leave" value="yes">Sign out</button></form>`,
  })
}
