import type { Page } from 'playwright-core'

/** What browsers and password managers need to know of a field (WCAG 2.2 §1.3.5), and how forms are sent. */
export async function fieldFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = []
    for (const form of document.forms) {
      const fields = [...form.querySelectorAll<HTMLInputElement>('input:not([type=hidden])')]
      // An administration token is hidden as a password is, and no browser is to keep it.
      const isToken = ({ name, autocomplete }: HTMLInputElement) => name === 'token' && autocomplete === 'off'
      const passwords = fields.filter((field) => field.type === 'password' && !isToken(field))
      for (const field of fields) {
        const at = `the field "${field.name}"`
        const kind = field.getAttribute('autocomplete') ?? ''
        const isText = !['checkbox', 'radio'].includes(field.type)
        if (field.name === '') faults.push('a field has no name')
        if (field.labels?.length !== 1) faults.push(`${at} has not one label`)
        if (isText && kind === '') faults.push(`${at} does not say what it is for (autocomplete)`)
        if (passwords.includes(field) && !/^(current|new)-password( webauthn)?$/.test(kind))
          faults.push(`${at} is a password, and says autocomplete="${kind}"`)
        if (field.getAttribute('placeholder') !== null && field.labels?.length === 0)
          faults.push(`${at} has a placeholder in place of a label`)
        const described = (field.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id !== '')
        for (const id of described)
          if (document.getElementById(id) === null) faults.push(`${at} is described by nothing: ${id}`)
        if (field.getAttribute('aria-invalid') === 'true' && described.length === 0)
          faults.push(`${at} is wrong, and does not say why`)
      }
      if (passwords.length > 0) {
        if (form.method !== 'post') faults.push('a password is sent in an address')
        const name = fields.find((field) => /^(username|email)\b/.test(field.getAttribute('autocomplete') ?? ''))
        if (name === undefined) faults.push('a form with a password has no user name, which password managers look for')
      }
      if (form.querySelector('button:not([type=button]), input[type=submit]') === null)
        faults.push(`the form to ${form.action} has no button`)
      if (new URL(form.action).origin !== location.origin)
        faults.push(`the form goes to another origin: ${form.action}`)
    }
    return faults
  })
}
