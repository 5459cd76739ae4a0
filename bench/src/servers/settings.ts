import type { JSONWebKeySet } from 'jose'

/** What a resource server under test is told. */
export interface ResourceSettings {
  issuer: string
  resource: string
  scope: string
  jwks: JSONWebKeySet
}

/** What an authorization server under test is told. */
export interface AuthorizationSettings {
  /** The folder of its database. */
  folder: string
  resource: string
  scopes: readonly string[]
  /** Where access tokens are opaque, who may introspect them. */
  reader?: { id: string; secret: string }
}

/** With how many grants a database is filled. */
export interface FillSettings extends AuthorizationSettings {
  grants: number
}

/** What this process is told, as JSON in its first argument. */
export function readSettings<Settings>(): Settings {
  return JSON.parse(process.argv[2] ?? '{}') as Settings // written by `tables/`
}
