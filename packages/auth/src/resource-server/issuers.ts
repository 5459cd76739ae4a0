import { createKeySet, type JSONWebKeySet } from '../jwt/key-set.ts'
import type { TokenRules } from '../jwt/verify-access-token.ts'
import { messageOf } from '../net/message-of.ts'
import { audienceRulesOf } from './audience-rules.ts'
import type { ResolvedResourceServer } from './config.ts'
import { readJson, urlInMetadata } from './issuer-metadata.ts'

/** The rules for each trusted issuer, with its keys behind them. */
export function createIssuers(options: ResolvedResourceServer, onKeysChanged: () => void): readonly TokenRules[] {
  return options.authorizationServers.map((trusted) => ({
    issuer: trusted.issuer,
    algorithms: trusted.algorithms,
    tokenType: trusted.tokenType,
    audience: audienceRulesOf(trusted),
    keys: createKeySet({
      async read() {
        if (trusted.jwks !== undefined) return trusted.jwks()
        const uri = trusted.jwksUri ?? (await urlInMetadata(trusted.issuer, 'jwks_uri', options))
        return (await readJson(uri, options)) as JSONWebKeySet // jose validates it
      },
      onChange: onKeysChanged,
      onStale: (cause) =>
        options.onEvent({
          type: 'verification_unavailable',
          reason: 'keys',
          detail: `keys of ${trusted.issuer} are served stale: ${messageOf(cause)}`,
        }),
      unknownKeyCooldown: 1, // it is one host, and trusted: a read each second under a flood is nothing to it
      now: options.now,
    }),
  }))
}
