/**
 * Why `text` cannot be an e-mail address, as the end of a sentence that begins with its label; `undefined` when it can. Stricter than the standards:
 * nothing in it needs quotes, so that no header of a message can grow out of one.
 */
export function whyNotEmailAddress(text: string): string | undefined {
  if (text.length > 254 || text.indexOf('@') > 64) return 'is too long'
  return /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/.test(
    text,
  )
    ? undefined
    : 'must be an address such as ada@example.com'
}

/** The form in which addresses are compared: most mail servers know no difference of case. */
export function emailAddressKey(text: string): string {
  return text.trim().toLowerCase()
}
