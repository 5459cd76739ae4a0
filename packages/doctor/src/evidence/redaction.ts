import type { Answer } from './exchange.ts'

/** An answer without what opens doors: cookies, tokens, codes and secrets. Evidence is printed, kept and sent to others. */
export function redactAnswer(answer: Answer): Answer {
  return {
    ...answer,
    headers: answer.headers.map(([name, value]) => [name, redactHeader(name, value)] as const),
    body: redactKeys(redactText(answer.body)),
  }
}

const redacted = '[redacted]'

function redactHeader(name: string, value: string): string {
  if (name === 'set-cookie') return value.replace(/^([^;=]*=)?[^;]*/, `$1${redacted}`)
  if (secretHeaders.test(name)) return isMark.test(value) ? value : redacted
  return redactText(value)
}

const secretHeaders = /(?:^|[-_])(?:cookie2?|authorization|token|secret|session(?:[-_]?id)?|api[-_]?key|signature)$/

/** The halves of keys that nobody must know, where a key set shows them (RFC 7518 §6). */
function redactKeys(text: string): string {
  return text.includes('"kty"')
    ? text.replace(/("(?:d|p|q|dp|dq|qi|r|t|k|priv)"\s*:\s*)"[^"]*(?:"|$)/g, `$1"${redacted}"`)
    : text
}

/** Each is found wherever it stands: in JSON, in forms, in URLs, in the pages that servers show when they fail. */
function redactText(text: string): string {
  return (
    text
      .replace(member, (whole, before, name, value) =>
        isSecretName(name) && !isErrorCode(name, value) ? `${before}"${redacted}"` : whole,
      )
      .replace(memberQuotedElse, withoutValue)
      .replace(parameter, withoutValue)
      .replace(encodedParameter, withoutValue)
      .replace(/(https?:(?:\\?\/){2})[^\s/?#"'<>@\\]{1,256}@/gi, `$1${redacted}@`)
      // Begun at the beginning of a run alone: from each `eyJ` within one, a long run would be read again and again.
      .replace(/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(\.[\w-]*)?/g, redacted)
  )
}

function withoutValue(whole: string, before: string, name: string, value: string): string {
  if (!isSecretName(name) || value === '' || isMark.test(value) || isStatus(name, value)) return whole
  return `${before}${redacted}`
}

/** A member of an object. Values cut off by the end of the text included. */
const member = /("([\w.-]{1,64})"\s*:\s*)"((?:[^"\\]|\\.)*)(?:"|$)/g

/** The same within a string of JSON, in a page, or as other languages write it. */
const memberQuotedElse =
  /((?<!\\)(?:\\{1,8}"|'|&quot;|&#34;)([\w.-]{1,64})(?:\\{1,8}"|'|&quot;|&#34;)\s*:\s*(?:\\{1,8}"|'|&quot;|&#34;))([^"'\\&<\s]*)/g

/** Found by the beginning of its name, so that a long name is read once. */
const parameter = /((?<![\w.-])([\w.-]{1,64})="?)([^?&#\s"'<>;,\\]*)/g

const encodedParameter =
  /(%(?:25){0,4}(?:3F|26|23)([\w.-]{1,64})%(?:25){0,4}3D)((?:(?!%(?:25){0,4}(?:26|23))[^&#\s"'<>;,\\])*)/gi

/** What stands for a secret that the doctor itself must still recognise. */
const isMark = /^~(?:hidden|session)\d+~$/

/** `accessToken`, `OPENAI_API_KEY` and `x-amz-security-token` as well. */
function isSecretName(name: string): boolean {
  return secretNames.test(name.toLowerCase().replace(/[_.-]/g, ''))
}

const secretNames =
  /(?:token|secret|password|passwd|pwd|apikey|secretkey|privatekey|accesskey|jwt|assertion|signature|sessionid)$|^(?:code|devicecode|session|sid|sig|authorization|cookie|samlresponse)$/

/** `"code": "unauthorized"` is what went wrong, not an authorization code. */
function isErrorCode(name: string, value: string): boolean {
  return name.toLowerCase() === 'code' && value.length <= 40 && !/\d/.test(value)
}

/** Nor is `code=401` one. */
function isStatus(name: string, value: string): boolean {
  return name.toLowerCase() === 'code' && /^[1-5]\d\d$/.test(value)
}
