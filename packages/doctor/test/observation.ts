import type { Origins } from './scene.ts'

/** What a real client did in a scene, as `truth/` observed it. */
export interface Observation {
  readonly scene: string
  readonly outcome: ObservedOutcome
  /** What it said where it stopped: messages, each whole. */
  readonly said: readonly string[]
  /** URLs of the documents that it asked for, each once, in this order. */
  readonly documents: readonly string[]
}

export type ObservedOutcome =
  | {
      readonly kind: 'opens'
      readonly endpoint: string
      readonly identifier: 'document' | 'registered'
      readonly scope?: string
      readonly resource?: string
    }
  | { readonly kind: 'connects' }
  | { readonly kind: 'stops' }

/** One file of observations. */
export interface Observations {
  /** Package and version. */
  readonly client: string
  /** YYYY-MM-DD. */
  readonly observed: string
  readonly observations: readonly Observation[]
}

/** Where the servers of the scenes are in what is kept of them. */
export const keptOrigins: Origins = { here: 'http://127.0.0.1:4001', elsewhere: 'http://127.0.0.1:4002' }

/** The client metadata document of clients whose host has one. */
export const documentUrl = 'https://client.example.com/document.json'

/** Whether a request is one for a document: not the MCP URL, an endpoint or a login page. */
export function isDocument(method: string, url: string, target: string): boolean {
  if (method !== 'GET' || url === target) return false
  return !noDocuments.test(new URL(url).pathname)
}

/** The last is where the doctor looks what a server says of nothing. */
const noDocuments = /^\/(authorize|token|mcp\/?|login|(oauth\/)?register|portcullis-doctor-asks-for-nothing)$/
