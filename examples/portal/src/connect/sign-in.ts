import { createHash, randomUUID } from 'node:crypto'
import type { OAuthClientProvider } from '@modelcontextprotocol/client'
import type { Callback } from './callback.ts'
import type { Credentials } from './credentials.ts'

/** The person's part in what the SDK does: it asks this for credentials, and says which page is to be shown. */
export interface SignIn {
  provider: OAuthClientProvider
  /** The answer to the page that is being shown; `undefined` where none is. */
  answer(): Promise<URLSearchParams> | undefined
  /** The page was answered: the next one is shown again. */
  done(): void
}

export interface SignInOptions {
  credentials: Credentials
  callback: Callback
  /** Shows a page to the person. */
  show: (url: string) => void
}

export function createSignIn({ credentials, callback, show }: SignInOptions): SignIn {
  const verifiers = new Map<string, string>()
  let shown: { challenge: string; answer: Promise<URLSearchParams> } | undefined

  const provider: OAuthClientProvider = {
    redirectUrl: callback.redirectUri,
    clientMetadata: {
      client_name: 'Folio command line',
      redirect_uris: [callback.redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    state: () => randomUUID(),
    // The port of this run is another than that of the run which registered: on loopback it is free (RFC 8252 §7.3).
    clientInformation: () => credentials.read().client,
    saveClientInformation: (client) => credentials.write({ client }),
    tokens: () => credentials.read().tokens,
    saveTokens: (tokens) => credentials.write({ tokens }),
    saveCodeVerifier(verifier) {
      verifiers.set(createHash('sha256').update(verifier).digest('base64url'), verifier)
    },
    codeVerifier: () => verifiers.get(shown?.challenge ?? '') ?? '',
    redirectToAuthorization({ href, protocol, searchParams }) {
      // The server says which page it is, and what opens pages opens programs and files as well.
      if (protocol !== 'https:' && protocol !== 'http:')
        throw new Error(`The server wants ${protocol} opened, which is no page`)
      // Several calls may find out at once that somebody must sign in: one page is enough.
      if (shown !== undefined) return
      const answer = callback.answer(searchParams.get('state') ?? '')
      answer.catch(() => {}) // told to whoever waits
      shown = { challenge: searchParams.get('code_challenge') ?? '', answer }
      show(href)
    },
    invalidateCredentials(what) {
      if (what === 'all' || what === 'client') credentials.write({ client: undefined, tokens: undefined })
      if (what === 'tokens') credentials.write({ tokens: undefined })
    },
  }

  return {
    provider,
    answer: () => shown?.answer,
    done() {
      shown = undefined
      verifiers.clear()
    },
  }
}
