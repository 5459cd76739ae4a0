import type { Answer } from './exchange.ts'

/** An answer without what opens doors: cookies, tokens, codes and secrets. Evidence is printed, kept and sent to others. */
export function redactAnswer(answer: Answer): Answer {
  return {
    ...answer,
    headers: answer.headers.map(([name, value]) => [name, redactHeader(name, value)] as const),
    body: redactText(answer.body),
  }
}

const redacted = '[redacted]'

function redactHeader(name: string, value: string): string {
  if (name === 'set-cookie') return value.replace(/^([^=;]*)=[^;]*/, `$1=${redacted}`)
  if (name === 'authorization' || name === 'proxy-authorization' || name === 'cookie') return redacted
  return redactText(value)
}

/** Each is found wherever it stands: in JSON, in forms, in URLs, in the pages that servers show when they fail. */
function redactText(text: string): string {
  return (
    text
      .replace(jsonSecret, (whole, before, name, value) =>
        isErrorCode(name, value) ? whole : `${before}"${redacted}"`,
      )
      .replace(parameter, (whole, name, value) =>
        secretParameters.test(name) && value !== '' && !isMark.test(value)
          ? `${whole.slice(0, -value.length)}${redacted}`
          : whole,
      )
      .replace(/(https?:\/\/)[^\s/?#"'<>@]{1,256}@/gi, `$1${redacted}@`)
      // Begun at the beginning of a run alone: from each `eyJ` within one, a long run would be read again and again.
      .replace(/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(\.[\w-]*)?/g, redacted)
  )
}

/** Values cut off by the end of the text included. */
const jsonSecret =
  /("(access_token|refresh_token|id_token|registration_access_token|device_code|client_secret|api_?key|password|assertion|code)"\s*:\s*)"((?:[^"\\]|\\.)*)(?:"|$)/gi

const parameter = /[?&;#\s]([\w.-]{1,64})=([^&#\s"'<>;,]*)/g

/** What stands for a secret of the URL that was typed: the doctor itself must still recognise that URL. */
const isMark = /^~hidden\d+~$/

const secretParameters =
  /^(access_token|refresh_token|id_token|client_secret|code|assertion|client_assertion|api_?key|password|token|session|jwt|sig|signature)$/i

/** `"code": "unauthorized"` is what went wrong, not an authorization code. */
function isErrorCode(name: string, value: string): boolean {
  return name.toLowerCase() === 'code' && value.length <= 40 && !/\d/.test(value)
}
