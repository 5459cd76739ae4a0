/**
 * Why `text` cannot be a user name, as the end of a sentence that begins with its label; `undefined` when it can.
 * ASCII, so that no two names look alike; the e-mail address that many people type is a name too.
 */
export function whyNotUserName(text: string): string | undefined {
  if (text.length < 2 || text.length > 64) return 'must have 2 to 64 characters'
  if (!/^[A-Za-z0-9._@+-]+$/.test(text)) return 'may have letters, digits and . _ - + @'
  if (!/^[A-Za-z0-9]/.test(text)) return 'must begin with a letter or a digit'
  return undefined
}

/** The form in which names are compared: without regard to case and to spaces around. */
export function userNameKey(text: string): string {
  return text.trim().toLowerCase()
}
