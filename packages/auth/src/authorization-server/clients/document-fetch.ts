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
