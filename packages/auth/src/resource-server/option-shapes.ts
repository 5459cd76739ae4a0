import {
  type Fields,
  fields,
  func,
  listOf,
  number,
  required,
  tableOf,
  text,
  textOr,
  truth,
} from '../protocol/option-shapes.ts'
import type { ResourceServerOptions } from './config.ts'
import type { Introspection } from './introspection.ts'
import type { IssuerAdvice, TrustedIssuer } from './trusted-issuer.ts'

const introspection: Fields<Introspection> = {
  endpoint: text,
  credentials: required(
    fields<{ secret?: string; clientId?: string; clientSecret?: string }>({
      secret: text,
      clientId: text,
      clientSecret: text,
    }),
  ),
  rememberFor: number,
  tokens: text,
}

const claimPaths = listOf(textOr(listOf(text)))

const advice: Fields<IssuerAdvice> = {
  vendor: required(text),
  audience: required(text),
  registration: required(text),
  registersAnybody: truth,
  pkce: text,
  resourceParameter: required(text),
}

const trustedIssuer: Fields<TrustedIssuer> = {
  issuer: required(text),
  jwksUri: text,
  jwks: func,
  algorithms: listOf(text),
  tokenType: text,
  introspection: fields(introspection),
  audiences: listOf(text),
  sharedAudience: text,
  scopeClaims: claimPaths,
  scopePrefix: text,
  roleClaims: claimPaths,
  clientIdClaims: claimPaths,
  dangerouslyAcceptTokensWithoutAudience: fields<{ clientIds: readonly string[] }>({
    clientIds: required(listOf(text)),
  }),
  advice: fields(advice),
}

export const trustedIssuerShape = fields(trustedIssuer)

const options: Fields<ResourceServerOptions> = {
  resource: required(text),
  alsoServedAt: listOf(text),
  sharesHost: truth,
  authorizationServers: required(listOf(textOr(trustedIssuerShape))),
  mirrorMetadata: truth,
  scopes: listOf(text),
  scopeHierarchy: tableOf(listOf(text)),
  name: text,
  documentation: text,
  allowedHosts: listOf(text),
  allowedOrigins: listOf(text),
  clientsReadingResults: listOf(text),
  challengeParameters: tableOf(text),
  maxTokenAge: number,
  clockTolerance: number,
  revocations: fields({ read: required(func) }, { isOpen: true }),
  revocationGrace: number,
  revocationFreshness: number,
  cacheSize: number,
  fetch: func,
  onEvent: func,
  now: func,
}

export const resourceServerShape = fields(options)
