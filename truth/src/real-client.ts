import type { Observation, ObservedOutcome } from '../../packages/doctor/test/observation.ts'

/** A real client, run against the MCP URL until it opens a browser, connects, or gives up. */
export interface RealClient {
  /** The file in which its observations are kept, without its ending. */
  readonly id: string
  /** Package and version; `undefined` where it is not installed. */
  readonly client: string | undefined
  run(target: string): Promise<Pick<Observation, 'outcome' | 'said'>>
}

/** By the URL that the browser is opened with. */
export function opens(url: URL): ObservedOutcome {
  const { searchParams } = url
  const [scope, resource] = [searchParams.get('scope'), searchParams.get('resource')]
  return {
    kind: 'opens',
    endpoint: `${url.origin}${url.pathname}`,
    identifier: searchParams.get('client_id')?.startsWith('https:') ? 'document' : 'registered',
    ...(scope !== null && { scope }),
    ...(resource !== null && { resource }),
  }
}
