import type { Failure, FailureReason } from './exchange.ts'

/** What the network said, in plain words. */
export function failureOf(error: unknown, host: string): Failure {
  const code = codeOf(error)
  if (code === undefined) return failure('connection_closed', error instanceof Error ? error.message : String(error))
  if (code in certificateFaults) return failure('certificate', certificateDetail(code, error, host))
  if (/^HPE_/.test(code)) return failure('malformed_answer', malformedDetail(code))
  if (/^Z_|^ERR__?ERROR_FORMAT|^ERR_BROTLI/.test(code))
    return failure('wrong_encoding', 'The body is not compressed as its Content-Encoding says')
  if (isTlsFault(code, error)) return tlsFailure(error, host)
  const [reason, detail] = networkFaults[code] ?? ['connection_closed', `${messageOf(error)}`]
  return failure(reason, detail.replace('HOST', host))
}

export function failure(reason: FailureReason, detail: string): Failure {
  return { kind: 'failure', reason, detail }
}

const networkFaults: Readonly<Record<string, readonly [FailureReason, string]>> = {
  ENOTFOUND: ['name_not_found', 'No address is known for the name HOST'],
  ENODATA: ['name_not_found', 'No address is known for the name HOST'],
  EAI_AGAIN: ['name_not_found', 'The resolver did not answer for the name HOST'],
  EAI_FAIL: ['name_not_found', 'The resolver failed for the name HOST'],
  ECONNREFUSED: ['connection_refused', 'Nothing listens at HOST'],
  EHOSTUNREACH: ['connection_refused', 'There is no way to HOST from here'],
  ENETUNREACH: ['connection_refused', 'There is no way to HOST from here'],
  EADDRNOTAVAIL: ['connection_refused', 'There is no way to HOST from here'],
  ECONNRESET: ['connection_closed', 'HOST closed the connection without an answer'],
  EPIPE: ['connection_closed', 'HOST closed the connection without an answer'],
  ETIMEDOUT: ['timed_out', 'HOST did not take the connection in time'],
  ERR_SOCKET_CONNECTION_TIMEOUT: ['timed_out', 'HOST did not take the connection in time'],
  ERR_INVALID_URL: ['url_refused', 'This is no URL'],
  ERR_UNESCAPED_CHARACTERS: ['url_refused', 'This is no URL'],
}

const certificateFaults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'The certificate of HOST has expired',
  CERT_NOT_YET_VALID: 'The certificate of HOST is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate of HOST is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate of HOST comes from an authority that nobody knows',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'HOST does not send the intermediate certificate (or its authority is not known)',
  UNABLE_TO_GET_ISSUER_CERT: 'HOST does not send the intermediate certificate (or its authority is not known)',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'HOST does not send the intermediate certificate (or its authority is not known)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is not for HOST',
  HOSTNAME_MISMATCH: 'The certificate is not for HOST',
  CERT_REVOKED: 'The certificate of HOST was revoked',
  CERT_UNTRUSTED: 'The certificate of HOST is not trusted',
  CERT_REJECTED: 'The certificate of HOST is not trusted',
  CERT_SIGNATURE_FAILURE: 'The signature of the certificate of HOST is wrong',
  INVALID_PURPOSE: 'The certificate of HOST is not made for servers',
  INVALID_CA: 'The certificate of HOST comes from a certificate that may sign none',
  CERT_CHAIN_TOO_LONG: 'The certificate chain of HOST is too long',
}

function certificateDetail(code: string, error: unknown, host: string): string {
  const detail = (certificateFaults[code] ?? '').replace('HOST', host)
  const names = namesIn(error)
  return names === undefined ? detail : `${detail}, but for ${names}`
}

function tlsFailure(error: unknown, host: string): Failure {
  const message = messageOf(error)
  if (/wrong version number|packet length too long|http request/i.test(message))
    return failure('speaks_http', `${host} speaks http there, and no TLS (${message})`)
  if (/alert protocol version|unsupported protocol/i.test(message))
    return failure('old_tls', `${host} speaks no TLS of 1.2 or later (${message})`)
  return failure('tls', `No TLS connection to ${host}: ${message}`)
}

/** The names in a certificate that was made for others. */
function namesIn(error: unknown): string | undefined {
  // Node hangs the certificate on the error, which no type says.
  const names = (error as { cert?: { subjectaltname?: unknown } }).cert?.subjectaltname
  return typeof names === 'string' && names !== '' ? names.slice(0, 120).replaceAll('DNS:', '') : undefined
}

function malformedDetail(code: string): string {
  if (code === 'HPE_HEADER_OVERFLOW') return 'The headers of the answer are longer than clients read (16 KiB)'
  return `The answer is not HTTP as clients read it (${code})`
}

function isTlsFault(code: string, error: unknown): boolean {
  return /^(ERR_SSL|ERR_TLS|EPROTO)/.test(code) || /secure TLS connection was established/.test(messageOf(error))
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  // Node's errors carry a code, and several addresses tried carry one each, which no type says.
  const { code, errors } = error as { code?: unknown; errors?: readonly unknown[] }
  return typeof code === 'string' ? code : errors?.map(codeOf).find((inner) => inner !== undefined)
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text
    .replace(/\s+/g, ' ')
    .replace(/^.*?:SSL routines:[^:]*:/, '')
    .replace(/:\.\..*$/, '')
    .slice(0, 160)
}
