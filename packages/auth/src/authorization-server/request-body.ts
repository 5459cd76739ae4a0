import { OAuthError } from '../protocol/oauth-error.ts'

/** Of its own, since some endpoints answer it with 413 (RFC 9126 §2.3). */
export class BodyTooLongError extends OAuthError {}

/**
 * Reads a body as text: of that content type, UTF-8, at most `longest` bytes (default 64 KiB).
 * Throws `OAuthError` `invalid_request` otherwise.
 */
export async function readBody(
  request: Request,
  contentType: string,
  { longest = 65_536 }: { longest?: number } = {},
): Promise<string> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== contentType) throw new OAuthError('invalid_request', `The body must be ${contentType}`)
  const bytes = await readBytes(request, longest)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new OAuthError('invalid_request', 'The body is not UTF-8', { cause })
  }
}

async function readBytes(request: Request, longest: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (announced > longest) throw tooLong(longest)
  if (request.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = request.body.getReader()
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new OAuthError('invalid_request', 'The body ended early', { cause })
    })
    if (done) break
    length += value.byteLength
    if (length > longest) {
      await reader.cancel()
      throw tooLong(longest)
    }
    chunks.push(value)
  }
  const [only] = chunks
  if (chunks.length === 1 && only !== undefined) return only
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

function tooLong(longest: number): OAuthError {
  return new BodyTooLongError('invalid_request', `The body is longer than ${longest} bytes`)
}
