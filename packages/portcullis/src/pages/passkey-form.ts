import { createHash } from 'node:crypto'
import { type Html, html } from '@portcullis/auth/authorization-server'
import { hidden } from './fields.ts'
import { passkeyScript } from './passkey-script.ts'

const version = createHash('sha256').update(passkeyScript).digest('base64url').slice(0, 8)

export const passkeyScriptPath = '/account/passkeys.js'

/** For the pages with a form that `passkeyForm` makes: another release has another address. */
export const passkeyScripts: readonly string[] = [`${passkeyScriptPath}?v=${version}`]

/** The script itself. */
export async function showPasskeyScript(): Promise<Response> {
  return new Response(passkeyScript, {
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    },
  })
}

interface PasskeyForm {
  action: string
  /** Whether a passkey is used or made. */
  ceremony: 'get' | 'create'
  /** What the browser is asked for, as JSON. */
  options: object
  button: string
  /** What stands above it, where it does not stand alone. Default: nothing. */
  heading?: string | undefined
  /** What stands before the button. Default: nothing. */
  fields?: Html | undefined
  /** Whether browsers may also offer passkeys where a user name is typed. */
  hasAutofill?: boolean
  /** What works where passkeys do not, in a sentence. */
  otherwise: string
}

/** A form that the script sends once the browser has a passkey for it; hidden where nothing runs, with a sentence in its place that says what works there. */
export function passkeyForm({
  action,
  ceremony,
  options,
  button,
  heading,
  fields,
  hasAutofill,
  otherwise,
}: PasskeyForm): Html {
  return html`<form method="post" action="${action}" data-passkey="${ceremony}" data-options="${JSON.stringify(options)}"${
    hasAutofill ? html` data-autofill` : undefined
  } hidden>${heading === undefined ? undefined : html`<h2>${heading}</h2>`}${fields}
<input type="hidden" name="credential">
<button>${button}</button>
<p class="wrong" role="alert" data-problem hidden></p>
</form>
<noscript><p class="soft">Passkeys need JavaScript, which does not run here. ${otherwise}</p></noscript>
<p class="soft" data-no-passkeys hidden></p>`
}

/** The hidden field of where to go on. */
export function returnField(returnTo: string): Html {
  return hidden('return_to', returnTo)
}
