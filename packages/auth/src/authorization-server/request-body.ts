import { OAuthError } from '../protocol/oauth-error.ts'
import { BodyReadBeforeError, type PlainRequest } from './plain-http.ts'

/** Of its own, since some endpoints answer it with 413 (RFC 9126 §2.3). */
export class BodyTooLongError extends OAuthError {}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a body as text: of that content type, UTF-8, at most `longest` bytes (default 64 KiB).
 * Throws `OAuthError` `invalid_request` otherwise.
 */
export async function readBody(
  request: Pick<PlainRequest, 'headers' | 'bytes'>,
  contentType: string,
  { longest = 65_536 }: { longest?: number } = {},
): Promise<string> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== contentType) throw new OAuthError('invalid_request', `The body must be ${contentType}`)
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (announced > longest) throw tooLong(longest)
  const bytes = await request.bytes(longest).catch((cause: unknown) => {
    if (cause instanceof BodyReadBeforeError) throw cause
    throw new OAuthError('invalid_request', 'The body ended early', { cause })
  })
  if (bytes === 'too_long') throw tooLong(longest)
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new OAuthError('invalid_request', 'The body is not UTF-8', { cause })
  }
}

function tooLong(longest: number): OAuthError {
  return new BodyTooLongError('invalid_request', `The body is longer than ${longest} bytes`)
}
