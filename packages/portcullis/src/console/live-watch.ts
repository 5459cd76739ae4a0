/** Milliseconds between two looks: whoever may not look any more hears nothing more within five seconds, the look itself included. */
const interval = 2000

interface Watched {
  /** Streams of one browser are looked at together. */
  of: string
  isStillAllowed: () => Promise<boolean>
  onRefused: () => void
}

const watched = new Set<Watched>()
let timer: ReturnType<typeof setInterval> | undefined
let isLooking = false

/** Has `onRefused` called soon after whoever listens may not any more; where nobody can tell, too. Resolves to what ends that. One timer is for all. */
export function watchRights(stream: Watched): () => void {
  watched.add(stream)
  timer ??= setInterval(look, interval).unref()
  return () => {
    watched.delete(stream)
    if (watched.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

async function look(): Promise<void> {
  if (isLooking) return
  isLooking = true
  const browsers = Map.groupBy(watched, ({ of }) => of)
  await Promise.all([...browsers.values()].map(lookAt))
  isLooking = false
}

async function lookAt(streams: readonly Watched[]): Promise<void> {
  const isAllowed = await streams[0]?.isStillAllowed().catch(() => false)
  if (isAllowed) return
  for (const { onRefused } of streams) onRefused()
}
