/** What came of asking for a document that an outsider names. */
export type FetchedDocument =
  | {
      readonly kind: 'answer'
      readonly status: number
      /** The value of a header, by its name in lower case. */
      header(name: string): string | undefined
      /** The body of a 200; that of any other status need not be read. */
      readonly text: string
    }
  | {
      readonly kind: 'failure'
      /** `refused`: no host that may be asked (law 8). `unreachable`: no connection, or no trusted one. `too_long`: a document (200) beyond the limit. */
      readonly reason: 'refused' | 'unreachable' | 'timed_out' | 'too_long'
      /** For operators. */
      readonly detail: string
    }

/**
 * Asks for a document at a URL that an outsider names (law 8): https alone, no redirects, nothing that is not public, bounded in time and
 * length. Rejects never. `createGuardedFetch` of `@portcullis/auth/node` is one.
 */
export type DocumentFetch = (url: string) => Promise<FetchedDocument>

/** Registered, so that one that another copy of this library made is known as well. */
const mark = Symbol.for('@portcullis/auth guarded fetch')

/** What is known of a fetch that guards. */
export interface Guard {
  /** Loopback hosts are asked, for tests and development. */
  allowsLoopback: boolean
}

/** Says of a fetch that it guards as law 8 wants. */
export function markGuarded(fetch: DocumentFetch, guard: Guard): DocumentFetch {
  return Object.defineProperty(fetch, mark, { value: Object.freeze(guard) })
}

/** `undefined` where nothing is known of it. */
export function guardOf(fetch: DocumentFetch): Guard | undefined {
  return (fetch as DocumentFetch & { [mark]?: Guard })[mark] // set by `markGuarded` alone
}
