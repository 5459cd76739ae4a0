import { type Html, html } from '@portcullis/auth/authorization-server'

export interface Field {
  name: string
  label: string
  type: 'text' | 'password'
  /** For password managers. */
  autocomplete: 'username' | 'current-password' | 'new-password'
  value?: string | undefined
  hint?: string
  /** What is wrong with what was sent. */
  problem?: string | undefined
  isReadOnly?: boolean
  hasFocus?: boolean
}

/** A labelled field; its hint and its problem are tied to it for screen readers. */
export function fieldOf(field: Field): Html {
  const { name, label, type, autocomplete, value = '', hint, problem } = field
  const about = [
    hint !== undefined && problem === undefined && `${name}-hint`,
    problem !== undefined && `${name}-problem`,
  ].filter((id) => id !== false)
  return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${value}" maxlength="300" required${
    about.length === 0 ? undefined : html` aria-describedby="${about.join(' ')}"`
  }${problem === undefined ? undefined : html` aria-invalid="true"`}${field.isReadOnly ? html` readonly` : undefined}${
    field.hasFocus ? html` autofocus` : undefined
  }${type === 'text' ? html` autocapitalize="none" spellcheck="false"` : undefined}>
${problem === undefined ? undefined : html`<p class="wrong" id="${name}-problem">${label} ${problem}.</p>`}${
  hint === undefined || problem !== undefined ? undefined : html`<small id="${name}-hint">${hint}</small>`
}</div>`
}

export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`
}

/** What went wrong with a form as a whole; announced when the page opens. */
export function alert(text: string | undefined): Html | undefined {
  return text === undefined ? undefined : html`<div class="note bad" role="alert"><p>${text}</p></div>`
}
