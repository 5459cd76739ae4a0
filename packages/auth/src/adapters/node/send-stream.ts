import type { ServerResponse } from 'node:http'

/** Sends a body as it comes and as it is read, its head at once. Whoever leaves ends it. */
export async function sendStream(body: ReadableStream<Uint8Array>, res: ServerResponse): Promise<void> {
  const reader = body.getReader()
  let goOn = () => {}
  const leave = () => {
    goOn()
    reader.cancel().catch(() => {})
  }
  res.on('drain', () => goOn())
  res.once('close', leave)
  if (res.destroyed || res.req.method === 'HEAD') leave()
  res.flushHeaders()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    if (res.write(value) || res.destroyed) continue
    await new Promise<void>((resolve) => {
      goOn = resolve
    })
  }
  res.end()
}
