/** The bytes of a body; `too_long` as soon as there are more than so many, and the rest is left. */
export async function readBytes(
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  longest: number,
): Promise<Uint8Array<ArrayBuffer> | 'too_long'> {
  if (body === null) return new Uint8Array()
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.byteLength
    if (length > longest) {
      await reader.cancel()
      return 'too_long'
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
