/**
 * What stands in lines where nothing was seen: a value that nobody could take for a real one, and beside it what belongs there. A guess would be pasted,
 * and clients would stop at it as before.
 */
const placeholders = {
  issuer: ['https://YOUR-SIGN-IN-SERVER', 'none was seen: put here the issuer of the server that signs your users in'],
  authorization: ['/YOUR-AUTHORIZE-PATH', 'not found: put here where it sends people to sign in'],
  token: ['/YOUR-TOKEN-PATH', 'not found: put here where clients fetch their tokens'],
  registration: ['/YOUR-REGISTER-PATH', 'not found: put here where clients register, or leave the line out'],
  keys: ['/YOUR-KEYS-PATH', 'not found: put here where its public keys are'],
} as const

export type Placeholder = keyof typeof placeholders

export function placeholder(name: Placeholder): string {
  return placeholders[name][0]
}

/** The comment at the end of a line that holds one, in the language of the line; nothing for a value that was seen. */
export function remarkOn(value: string, mark: '//' | '#' = '//'): string {
  const held = Object.values(placeholders).find(([text]) => value.endsWith(text))
  return held === undefined ? '' : ` ${mark} ${held[1]}`
}

/** What of the lines is to be filled in, each as it stands there. */
export function placeholdersIn(text: string): readonly string[] {
  return text.match(/YOUR-[A-Z-]+/g) ?? []
}
