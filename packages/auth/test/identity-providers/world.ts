import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  type Completed,
  createIdentityProviders,
  type IdentityProviderOptions,
  type SignInOptions,
} from '@portcullis/auth/identity-providers'
import { createBrowser } from './browser.ts'
import { type PlayedProvider, playProvider } from './played-provider.ts'

export const origin = 'https://gate.example'
export const secrets: SignInOptions['secrets'] = [{ id: 's1', secret: randomBytes(32) }]

/** A played identity provider, and the library signing in with it. `clock.ahead`: seconds by which the library's clock is ahead. */
export async function signInWorld(
  context: { after: (close: () => Promise<void>) => void },
  {
    identityProvider = {},
    also = [],
    ...options
  }: {
    identityProvider?: Partial<IdentityProviderOptions>
    also?: readonly IdentityProviderOptions[]
  } & Partial<SignInOptions> = {},
) {
  const provider = await playProvider()
  context.after(provider.close)
  const clock = { ahead: 0 }
  const identityProviders = createIdentityProviders({
    origin,
    secrets,
    identityProviders: [asConfigured(provider, identityProvider), ...also],
    now: () => Math.floor(Date.now() / 1000) + clock.ahead,
    ...options,
  })
  return { provider, identityProviders, clock, browser: createBrowser(identityProviders) }
}

export function asConfigured(
  { issuer, clientId }: PlayedProvider,
  options: Partial<IdentityProviderOptions> = {},
): IdentityProviderOptions {
  return { id: 'corp', preset: 'oidc', issuer, clientId, clientSecret: 'hush', ...options }
}

export function signedIn(completed: Completed): Extract<Completed, { kind: 'signed_in' }> {
  if (completed.kind !== 'signed_in') return assert.fail(JSON.stringify(completed))
  return completed
}

export function refused(completed: Completed): Extract<Completed, { kind: 'refused' }> {
  if (completed.kind !== 'refused') return assert.fail(JSON.stringify(completed))
  return completed
}
