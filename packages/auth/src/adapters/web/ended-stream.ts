/**
 * The same stream, which ends once `mustEnd` says so: that is asked each second while it is open. Each has a timer of its own, since workerd lets none
 * of one request end what is another's.
 */
export function endedInTime(body: ReadableStream<Uint8Array>, mustEnd: () => boolean): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  let timer: ReturnType<typeof setTimeout> | undefined
  let hasEnded = false

  function lookLater(controller: ReadableStreamDefaultController<Uint8Array>): void {
    timer = setTimeout(() => {
      if (!mustEnd()) return lookLater(controller)
      hasEnded = true
      controller.close()
      reader.cancel().catch(() => {})
    }, 1000)
    const { unref } = timer as { unref?: () => void } // which Node alone has: no process lives on for this
    unref?.call(timer)
  }

  const source: UnderlyingDefaultSource<Uint8Array> = {
    start: lookLater,
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (hasEnded) return
        if (!done) return controller.enqueue(value)
        clearTimeout(timer)
        controller.close()
      } catch (cause) {
        clearTimeout(timer)
        throw cause
      }
    },
    cancel(reason) {
      clearTimeout(timer)
      return reader.cancel(reason)
    },
  }
  return new ReadableStream(source, { highWaterMark: 0 }) // nothing is read before it is wanted
}
