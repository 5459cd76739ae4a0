/**
 * What runs in the browser on pages with passkeys. It asks the browser for one, puts the answer into the form that its person sent, and has the form
 * sent: everything else is done by forms and pages, as without a script.
 */
export const passkeyScript: string = `(${run.toString()})()\n`

/** Sent as text: it uses nothing from outside itself. */
function run(): void {
  const forms = [...document.querySelectorAll<HTMLFormElement>('form[data-passkey]')]
  if (typeof PublicKeyCredential === 'undefined') {
    tellAll('This browser has no passkeys.')
    return
  }
  let waiting = new AbortController()

  for (const form of forms) {
    form.hidden = false
    window.addEventListener('pageshow', () => {
      fieldOf(form, 'credential').value = '' // of a page that was left and came back
    })
    form.addEventListener('submit', (event) => {
      if (fieldOf(form, 'credential').value !== '') return
      event.preventDefault()
      waiting.abort()
      ask(form).then(
        (answer) => send(form, answer),
        (cause: unknown) => tell(form, cause instanceof Error ? cause.name : ''),
      )
    })
  }
  for (const details of document.querySelectorAll<HTMLDetailsElement>('details[data-otherwise]')) details.open = false
  const [first] = forms
  if (first?.dataset.passkey === 'get' && first.dataset.autofill !== undefined) offer(first)

  /** Offers passkeys where the user name is typed, in browsers that do. */
  async function offer(form: HTMLFormElement): Promise<void> {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
    waiting = new AbortController()
    try {
      send(form, await ask(form, { mediation: 'conditional', signal: waiting.signal }))
    } catch {
      // Nobody chose one, or the button was pressed: that asks again.
    }
  }

  async function ask(form: HTMLFormElement, more: CredentialRequestOptions = {}): Promise<string> {
    const options = JSON.parse(form.dataset.options ?? '{}')
    options.challenge = bytesOf(options.challenge)
    for (const each of [...(options.allowCredentials ?? []), ...(options.excludeCredentials ?? [])])
      each.id = bytesOf(each.id)
    if (form.dataset.passkey === 'get') return textOf(await navigator.credentials.get({ ...more, publicKey: options }))
    const userName = form.elements.namedItem('user_name')
    const name = userName instanceof HTMLInputElement ? userName.value.trim() : options.user.name
    options.user = { id: bytesOf(options.user.id), name, displayName: name }
    return textOf(await navigator.credentials.create({ publicKey: options }))
  }

  function send(form: HTMLFormElement, answer: string): void {
    fieldOf(form, 'credential').value = answer
    form.requestSubmit()
  }

  /** As WebAuthn has it in JSON; written out, since password managers put in objects that have no \`toJSON\`. */
  function textOf(credential: Credential | null): string {
    const made = credential as PublicKeyCredential // nothing else was asked for
    const response = made.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse // either of both
    return JSON.stringify({
      id: made.id,
      rawId: made.id,
      type: made.type,
      response: {
        clientDataJSON: base64url(response.clientDataJSON),
        ...(response.attestationObject && {
          attestationObject: base64url(response.attestationObject),
          transports: response.getTransports?.() ?? [],
        }),
        ...(response.authenticatorData && {
          authenticatorData: base64url(response.authenticatorData),
          signature: base64url(response.signature),
          ...(response.userHandle?.byteLength && { userHandle: base64url(response.userHandle) }),
        }),
      },
    })
  }

  function tell(form: HTMLFormElement, reason: string): void {
    const place = form.querySelector<HTMLElement>('[data-problem]')
    if (place === null) return
    place.hidden = false
    place.textContent =
      reason === 'InvalidStateError'
        ? 'This device, or the password manager on it, has a passkey of this account already.'
        : reason === 'SecurityError'
          ? 'The browser says that passkeys do not work at this address.'
          : 'No passkey was used. Try again, or choose another way below.'
  }

  function tellAll(text: string): void {
    for (const note of document.querySelectorAll<HTMLElement>('[data-no-passkeys]')) {
      note.hidden = false
      note.textContent = text
    }
  }

  function fieldOf(form: HTMLFormElement, name: string): HTMLInputElement {
    return form.elements.namedItem(name) as HTMLInputElement // it stands in each of these forms
  }

  function bytesOf(text: string): Uint8Array<ArrayBuffer> {
    const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(plain, (character) => character.charCodeAt(0))
  }

  function base64url(bytes: ArrayBuffer): string {
    const plain = String.fromCharCode(...new Uint8Array(bytes))
    return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  }
}
