import Client from 'undici/lib/dispatcher/client.js'

/** A connection to the upstream, for one request at a time. */
export type Connection = Client

/** The connections to the upstream: as many as there are open exchanges, which have their own limit. */
export interface Upstream {
  /** A free connection, the caller's until it is released. */
  take(): Connection
  /** Gives a connection back. One whose answer did not come to its end is of no more use. */
  release(connection: Connection, state: { isClean: boolean }): void
  /** Breaks off what is still open. */
  destroy(): Promise<void>
}

export function createUpstream(
  { origin }: URL,
  { upstreamConnect, upstreamAnswer }: { upstreamConnect: number; upstreamAnswer: number },
): Upstream {
  const options: Client.Options = {
    allowH2: false, // one request to a connection, so that none waits behind another's stream
    pipelining: 1,
    connect: { timeout: upstreamConnect * 1000 },
    headersTimeout: upstreamAnswer * 1000,
    bodyTimeout: 0, // open-exchanges.ts looks after answers that have begun
  }
  const all = new Set<Client>()
  // The last one back is the first to go out again, so that few are kept warm. undici's pool looks through all, streams included.
  const free: Client[] = []

  function connect(): Client {
    const client = new Client(origin, options)
    all.add(client)
    return client
  }

  return {
    take: () => free.pop() ?? connect(),
    release(client, { isClean }) {
      if (isClean && free.length < mostFree) {
        free.push(client)
        return
      }
      all.delete(client)
      client.destroy().catch(() => {})
    },
    async destroy() {
      free.length = 0
      await Promise.all([...all].map((client) => client.destroy()))
    },
  }
}

const mostFree = 256
