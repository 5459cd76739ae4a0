import type { AccessToken } from './access-token.ts'
import type { ResolvedResourceServer } from './config.ts'
import { credentialsOf } from './credentials.ts'
import type { RefusalContext } from './refusals.ts'
import type { RequestHead, ResourceServer } from './resource-server.ts'

/**
 * The tokens behind what was verified, for an exchange at their issuer and for nothing else: no handler can come to one, and where nothing is exchanged
 * none is kept. One is forgotten with what is known of it.
 */
export interface SubjectTokens {
  readonly options: ResolvedResourceServer
  /** From now on tokens are kept. */
  keep(): void
  /** `undefined` for what this server has not verified since. */
  tokenOf(accessToken: AccessToken): string | undefined
  /** What the refusal of a caller tells for whom no token was had. */
  contextOf(request: RequestHead): RefusalContext
}

/** Told of who is let in; `undefined` of a request that does not carry the token. */
export interface SubjectTokenKeeper extends SubjectTokens {
  saw(request: RequestHead, accessToken: AccessToken): void
}

const ofServers = new WeakMap<ResourceServer, SubjectTokens>()

export function createSubjectTokens(
  options: ResolvedResourceServer,
  contextOf: SubjectTokens['contextOf'],
): SubjectTokenKeeper {
  // By its claims, which stay the same object in every copy that hosts make of an access token.
  const tokens = new WeakMap<AccessToken['claims'], string>()
  let isKeeping = false
  return {
    options,
    contextOf,
    keep() {
      isKeeping = true
    },
    saw(request, { claims }) {
      if (!isKeeping) return
      const credentials = credentialsOf(request)
      if (credentials.kind === 'token') tokens.set(claims, credentials.token)
    },
    tokenOf: ({ claims }) => tokens.get(claims),
  }
}

export function giveSubjectTokens(server: ResourceServer, subjectTokens: SubjectTokens): ResourceServer {
  ofServers.set(server, subjectTokens)
  return server
}

/** Those of a server that `createResourceServer` made; `undefined` for anything else, a copy of one included. */
export function subjectTokensOf(server: ResourceServer): SubjectTokens | undefined {
  return ofServers.get(server)
}
