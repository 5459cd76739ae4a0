import { type Html, html } from '@portcullis/auth/authorization-server'

export interface Field {
  name: string
  /** Default: the name. Another where a page has two fields of that name. */
  id?: string
  label: string
  type: 'text' | 'password' | 'email'
  /** For password managers. */
  autocomplete: 'username' | 'username webauthn' | 'current-password' | 'new-password' | 'email' | 'off'
  value?: string | undefined
  hint?: string
  /** What is wrong with what was sent. */
  problem?: string | undefined
  isReadOnly?: boolean
  hasFocus?: boolean
}

/** A labelled field; its hint and its problem are tied to it for screen readers. */
export function fieldOf(field: Field): Html {
  const { name, id = name, label, type, autocomplete, value = '', hint, problem } = field
  const about = [
    hint !== undefined && problem === undefined && `${id}-hint`,
    problem !== undefined && `${id}-problem`,
  ].filter((id) => id !== false)
  return html`<div class="field"><label for="${id}">${label}</label>
<input id="${id}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${value}" maxlength="300" required${
    about.length === 0 ? undefined : html` aria-describedby="${about.join(' ')}"`
  }${problem === undefined ? undefined : html` aria-invalid="true"`}${field.isReadOnly ? html` readonly` : undefined}${
    field.hasFocus ? html` autofocus` : undefined
  }${type === 'text' && autocomplete !== 'off' ? html` autocapitalize="none" spellcheck="false"` : undefined}>
${problem === undefined ? undefined : html`<p class="wrong" id="${id}-problem">${label} ${problem}.</p>`}${
  hint === undefined || problem !== undefined ? undefined : html`<small id="${id}-hint">${hint}</small>`
}</div>`
}

export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`
}

/** What went wrong with a form as a whole; announced when the page opens. */
export function alert(text: string | undefined): Html | undefined {
  return text === undefined ? undefined : html`<div class="note bad" role="alert"><p>${text}</p></div>`
}
