import { type PlayedProvider, playProvider } from '../../auth/test/identity-providers/played-provider.ts'
import type { Ending } from './running-program.ts'

export interface SmallIdentityProvider extends Pick<PlayedProvider, 'issuer' | 'clientId' | 'faults' | 'person'> {
  /** How often it was asked to refresh. */
  refreshes(): number
}

/**
 * The identity provider that the library’s tests play, on loopback until the test ends: it signs in at once whoever `person` is, and does what no real one does
 * when a test wants it, as to lie, to be down in the middle of a sign-in, or to disable somebody.
 */
export async function smallIdentityProvider(
  t: Ending,
  { now }: { now?: () => number } = {},
): Promise<SmallIdentityProvider> {
  const { issuer, clientId, faults, person, asked, clock, close } = await playProvider()
  t.after(close)
  if (now !== undefined) clock.now = now
  const refreshes = () => asked.filter(({ body }) => body.get('grant_type') === 'refresh_token').length
  return { issuer, clientId, faults, person, refreshes }
}
