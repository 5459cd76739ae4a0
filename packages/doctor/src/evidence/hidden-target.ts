/**
 * The URL that the person typed may hold a secret in its query. Inside the doctor stands a mark in its place: what never arrives in the
 * evidence cannot be printed. Only what goes out on the wire has the secret again.
 */
export interface HiddenTarget {
  /** The URL as everybody but the wire sees it. */
  readonly shown: string
  /** A URL with the secrets in the place of their marks, where it is of the origin that was typed: for requests. */
  reveal(text: string): string
  /** Text with the marks in the place of the secrets: for answers, which may repeat them. */
  hide(text: string): string
}

export function hideTarget(typed: string): HiddenTarget {
  const secrets = secretsIn(typed)
  const markOf = new Map(
    secrets.flatMap(({ wordings, mark }) => wordings.map((wording) => [wording.text, wording.shown(mark)])),
  )
  // All at once, the longest first: what one has put in the place of a secret is nothing for the next to look into.
  const anySecret = new RegExp(
    [...markOf.keys()]
      .sort((a, b) => b.length - a.length)
      .map(escaped)
      .join('|') || '(?!)',
    'g',
  )
  const hide = (text: string) => text.replace(anySecret, (found) => markOf.get(found) ?? found)
  return {
    shown: hide(typed),
    hide,
    reveal(text) {
      if (!isOfSameOrigin(text, typed)) return text
      return text.replace(/~hidden(\d+)~/g, (mark, number) => secrets[Number(number) - 1]?.value ?? mark)
    },
  }
}

/** The secret is for whom it was typed. Others may write a mark into what they have the doctor ask. */
function isOfSameOrigin(text: string, typed: string): boolean {
  return URL.canParse(text) && URL.canParse(typed) && new URL(text).origin === new URL(typed).origin
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** Whether a parameter of this name keeps something that opens doors. */
function isSecretName(name: string): boolean {
  return /token|secret|key|passw|pwd|auth|sig|cred|session|jwt|assertion|^code$/i.test(name)
}

/** A shorter value stands in too many other places by chance. */
const shortestUnmistakable = 6

/** A parameter that is not called a secret, but is as long as one. */
const longestHarmless = 15

interface Secret {
  readonly value: string
  readonly mark: string
  /** How it may stand in a text, and what stands there instead. */
  readonly wordings: readonly { readonly text: string; shown(mark: string): string }[]
}

function secretsIn(typed: string): readonly Secret[] {
  const user = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/i.exec(typed)?.[1]
  const query = /\?([^#]*)/.exec(typed)?.[1] ?? ''
  const parameters = query
    .split('&')
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const)
    .filter(([name, value]) => value !== '' && (isSecretName(decoded(name)) || value.length > longestHarmless))
    .map(([name, value]) => ({ before: `${name}=`, value, after: '' }))
  return [...(user === undefined || user === '' ? [] : [{ before: '//', value: user, after: '@' }]), ...parameters].map(
    ({ before, value, after }, at) => ({
      value,
      mark: `~hidden${at + 1}~`,
      wordings:
        value.length < shortestUnmistakable
          ? [{ text: `${before}${value}${after}`, shown: (mark) => `${before}${mark}${after}` }]
          : [...new Set([value, decoded(value)])]
              .filter((text) => text.length >= shortestUnmistakable)
              .map((text) => ({ text, shown: (mark) => mark })),
    }),
  )
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
