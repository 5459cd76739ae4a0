import { behindPorts } from '../behind.ts'
import { startListening } from './listening.ts'
import { notes } from './notes.ts'
import type { UpstreamKind } from './upstream.ts'

const servers = ['notes', 'journal'] as const

/** Two servers by path behind one gateway. */
export const several: UpstreamKind = {
  ...notes,
  name: 'several',
  configuration: 'name: All of ours\n',
  hasLongTokens: true,
  servers,
  async stand(upstream, name) {
    const started = await Promise.all(servers.map((each) => startListening(upstream, `${name}-${each}`)))
    const behind = await behindPorts(
      Object.fromEntries(started.map(({ port }, at) => [servers[at] ?? '', { port, settings: notes.configuration }])),
    )
    return {
      ...behind,
      async close() {
        await behind.close()
        for (const { stop } of started) await stop()
      },
    }
  },
}
