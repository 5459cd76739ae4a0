/**
 * The Frontend API that a publishable key names, which is the issuer: after `pk_test_` or `pk_live_` its host, in base64, with a `$` behind. Not a part of
 * the key as it stands, which in development happens to look like one. `undefined` for what is no key.
 */
export function frontendApi(publishableKey: string): string | undefined {
  const [, encoded = ''] = /^pk_(?:test|live)_([A-Za-z0-9+/]+=*)$/.exec(publishableKey) ?? []
  const [, host = ''] = /^([a-z0-9.-]+(?::\d+)?)\$$/.exec(Buffer.from(encoded, 'base64').toString()) ?? []
  if (host.startsWith('127.0.0.1:')) return `http://${host}` // the stand-in; no instance of Clerk is there
  return host.includes('.') ? `https://${host}` : undefined
}
