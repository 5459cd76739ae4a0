/** What of a run must not be printed, each with a name that lets one see which is which. */
export interface Secrets {
  /** Takes note of a secret of that kind. */
  add(kind: string, value: string): void
  /** The text with each secret replaced by its name. */
  hide(text: string): string
}

const named =
  /(?:access_token|refresh_token|id_token|client_secret|registration_access_token|device_code|user_code|code|code_verifier|client_assertion|token|password|subject_token|actor_token|assertion|request_uri)/

const inJson = new RegExp(`"(${named.source})"\\s*:\\s*"([^"]{4,})"`, 'g')
const inForm = new RegExp(`(?:^|[?&#])(${named.source})=([^&#\\s"']{4,})`, 'g')

/** What attacks write where a secret belongs. */
const madeUp = /^(attack|authorization_code|refresh_token)/

export function createSecrets(): Secrets {
  const names = new Map<string, string>()
  const counts = new Map<string, number>()

  function add(kind: string, value: string): void {
    if (value.length < 8 || madeUp.test(value) || names.has(value)) return
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    names.set(value, `[${kind} ${count}]`)
    const decoded = decode(value)
    if (decoded !== value && !names.has(decoded)) names.set(decoded, `[${kind} ${count}]`)
  }

  return {
    add,
    hide(text) {
      for (const pattern of [inJson, inForm])
        for (const [, kind = '', value = ''] of text.matchAll(pattern))
          if (!(kind === 'request_uri' && value.startsWith('http'))) add(kind, value)
      for (const [, value = ''] of text.matchAll(/^authorization: \w+ (\S+)$/gim)) add('credentials', value)
      for (const [, , value = ''] of text.matchAll(/^set-cookie: ([^=]+)=([^;\r\n]+)/gim)) add('cookie', value)
      for (const [, pairs = ''] of text.matchAll(/^cookie: (.+)$/gim))
        for (const pair of pairs.split('; ')) add('cookie', pair.slice(pair.indexOf('=') + 1))
      const longestFirst = [...names].sort(([a], [b]) => b.length - a.length)
      return longestFirst.reduce((hidden, [value, name]) => hidden.replaceAll(value, name), text)
    },
  }
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
