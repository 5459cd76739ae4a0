import type { RegistrationWords } from './registration.ts'
import type { SdkDiscoveryRules } from './sdk-discovery.ts'

/**
 * The 2.x of the official SDK before it minded redirects, which mcp-remote 0.15.1 and Claude Code 2.1.329 carry within them: it goes
 * wherever it is sent, goes on after 4xx and 502 only, and writes `resource` as `URL.href`.
 */
export const earlySdk2: SdkDiscoveryRules = {
  redirects: 'follow',
  goesOnAfter: (status) => (status >= 400 && status < 500) || status === 502,
  withoutAnswer: { kind: 'throws', words: 'fetch failed' },
  comparesIssuer: true,
}

/** Where it is sent elsewhere it goes there, and says what that answer makes it say. */
export const earlySdk2RegistrationWords: RegistrationWords = {
  rejected: (status) => (status < 400 ? undefined : `Dynamic Client Registration rejected (HTTP ${status})`),
  withoutAnswer: 'fetch failed',
}
