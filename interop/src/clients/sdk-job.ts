import type { ClientContext, InteropClient } from './client.ts'
import { outcomeOf, refusalOf, type SdkConnection } from './sdk-host.ts'

export interface SdkJobOptions<Provider> {
  context: ClientContext
  clientId: string
  /** One of the SDK's own, which gets its tokens by itself. */
  provider: Provider
  open(url: URL, provider: Provider): SdkConnection
}

/** A program on the official SDK with nobody at hand: nobody signs in, and whatever it is refused it is refused. */
export function createSdkJob<Provider>({ context, clientId, provider, open }: SdkJobOptions<Provider>): InteropClient {
  const connection = open(new URL(context.url), provider)
  return {
    clientId,
    async connect() {
      await connection.connect()
      return 'got in by itself'
    },
    async callTool(name, args) {
      const call = async () => outcomeOf(await connection.callTool(name, args))
      return { ...(await call().catch(refusalOf)), visits: [] }
    },
    close: () => connection.close(),
  }
}
