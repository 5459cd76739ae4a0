/**
 * The URL that the person typed may hold a secret in its query. Inside the doctor stands a mark in its place: what never arrives in the
 * evidence cannot be printed. Only what goes out on the wire has the secret again.
 */
export interface HiddenTarget {
  /** The URL as everybody but the wire sees it. */
  readonly shown: string
  /** Text with the secrets in the place of their marks: for requests. */
  reveal(text: string): string
  /** Text with the marks in the place of the secrets: for answers, which may repeat them. */
  hide(text: string): string
}

export function hideTarget(typed: string): HiddenTarget {
  const secrets = secretsIn(typed)
  const hide = (text: string) =>
    secrets.reduce(
      (hidden, { before, value, after, decoded, mark }) =>
        value.length < shortestUnmistakable
          ? hidden.replaceAll(`${before}${value}${after}`, `${before}${mark}${after}`)
          : hidden.replaceAll(value, mark).replaceAll(decoded, mark),
      text,
    )
  return {
    shown: hide(typed),
    reveal: (text) => secrets.reduce((revealed, { value, mark }) => revealed.replaceAll(mark, value), text),
    hide,
  }
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
  /** What stands before and after it, by which a short one is known. */
  readonly before: string
  readonly value: string
  readonly after: string
  readonly decoded: string
  readonly mark: string
}

function secretsIn(typed: string): readonly Secret[] {
  const user = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/i.exec(typed)?.[1]
  const query = /\?([^#]*)/.exec(typed)?.[1] ?? ''
  const parameters = query
    .split('&')
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const)
    .filter(([name, value]) => value !== '' && (isSecretName(name) || value.length > longestHarmless))
    .map(([name, value]) => ({ before: `${name}=`, value, after: '' }))
  return [...(user === undefined || user === '' ? [] : [{ before: '//', value: user, after: '@' }]), ...parameters].map(
    (secret, at) => ({ ...secret, decoded: decoded(secret.value), mark: `~hidden${at + 1}~` }),
  )
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
