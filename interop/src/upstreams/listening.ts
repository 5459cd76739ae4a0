import { type Behind, behindPort } from '../behind.ts'
import { startDaemon } from '../daemon.ts'
import { workFolder } from '../folders.ts'
import type { PreparedUpstream } from './upstream.ts'

/** A server that listens. */
export interface Listening {
  port: number
  stop(): Promise<unknown>
}

export async function startListening({ command, env }: PreparedUpstream, name: string): Promise<Listening> {
  const daemon = startDaemon(command, {
    name,
    folder: workFolder,
    logs: workFolder,
    env: { PATH: '/usr/bin:/bin', PORT: '0', ...env },
  })
  const written = () => daemon.stdout() + daemon.stderr()
  const port = await daemon.until(() => /http:\/\/127\.0\.0\.1:(\d+)/.exec(written())?.[1], 30)
  return { port: Number(port), stop: () => daemon.stop(5) }
}

/** One that listens, behind a gateway. `path`: where it is. */
export async function standAt(path: string, upstream: PreparedUpstream, name: string): Promise<Behind> {
  const { port, stop } = await startListening(upstream, name)
  const behind = await behindPort(port, path)
  return { ...behind, close: async () => void (await Promise.all([behind.close(), stop()])) }
}
