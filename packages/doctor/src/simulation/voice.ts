import type { ClientProfile, Fact } from '@portcullis/clients'
import type { Voice } from '../probes/requests.ts'

/** The `User-Agent` that a client sends on one leg, with its version in it; `undefined` where nobody knows. */
export function voiceOf(client: ClientProfile, leg: 'mcp' | 'discovery'): Voice {
  const template: Fact<string> | undefined = client.network?.userAgent?.[leg]
  return template?.value.replaceAll('{version}', client.version?.value ?? '0')
}
