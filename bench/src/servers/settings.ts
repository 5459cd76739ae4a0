import type { JSONWebKeySet } from 'jose'

/** What a server under test is told, as JSON in its first argument. */
export interface ResourceSettings {
  issuer: string
  resource: string
  scope: string
  jwks: JSONWebKeySet
}

export function readSettings<Settings>(): Settings {
  return JSON.parse(process.argv[2] ?? '{}') as Settings // written by `tables/`
}
