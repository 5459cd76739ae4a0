import type { Step } from '@portcullis/clients'
import type { Exchange } from '../evidence/exchange.ts'

/** One client's way to the MCP server, as far as it comes without a person. Pure facts: sentences are made of them elsewhere. */
export interface Walk {
  /** The steps that it took, in their order; the last is where it ends. */
  readonly steps: readonly WalkStep[]
  readonly end: WalkEnd
  /** What does not stop it and yet matters to its users. */
  readonly caveats: readonly Caveat[]
}

export interface WalkStep {
  readonly step: Step
  /** Ids of the exchanges that it made or read there. */
  readonly evidence: readonly number[]
}

export type WalkEnd =
  /** It opens the browser with this request; what comes then cannot be seen without signing in. */
  | { readonly kind: 'asks_for_authorization'; readonly request: AuthorizationRequest }
  /** Nobody asked it for a token: it uses the server without signing in. */
  | { readonly kind: 'needs_no_sign_in' }
  | {
      readonly kind: 'stops'
      readonly step: Step
      readonly because: StopReason
      /** The very message that the client shows, where it is known. */
      readonly words?: string
      /** What it opened the browser with before, in vain. */
      readonly request?: AuthorizationRequest
    }
  /** What it would do here nobody has recorded (`client`), or what it would see the server did not show (`server`). */
  | {
      readonly kind: 'cannot_tell'
      readonly step: Step
      readonly why: string
      readonly unknown: 'client' | 'server'
    }

/** Why a client stops. Which finding explains it is said in `causes/`. */
export type StopReason =
  | 'unreachable'
  | 'not_challenged'
  | 'wrong_status'
  | 'no_pointer'
  | 'resource_metadata_not_found'
  | 'resource_metadata_unusable'
  | 'resource_mismatch'
  | 'no_authorization_server'
  | 'authorization_server_metadata_not_found'
  | 'authorization_server_metadata_unusable'
  | 'issuer_mismatch'
  | 's256_not_listed'
  | 'no_way_to_register'
  | 'registration_not_found'
  | 'authorization_endpoint_not_found'
  | 'token_endpoint_refuses'
  | 'port_not_reached'
  | 'too_slow'

export type Caveat =
  /** Its maker's data centre cannot reach a server on this machine or network. */
  | { readonly kind: 'needs_public_url' }
  /** It refuses a server on this machine or network until whoever runs it allows its address. */
  | { readonly kind: 'needs_allowed_address' }
  /** A person must make a client identifier at the authorization server and give it to the client. */
  | { readonly kind: 'needs_static_client' }
  /** No document was found, and it guessed the endpoints at this origin. */
  | { readonly kind: 'guesses_endpoints'; readonly origin: string }
  /** It takes the protected-resource metadata for that of another server, and goes on as if there were none. */
  | { readonly kind: 'disregards_resource_metadata' }
  /** It uses the server as nobody: tools that want a person fail. */
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'asks_for_no_refresh' }
  | { readonly kind: 'asks_for_all_scopes'; readonly count: number }
  /** What it waits for took longer than it waits, all answers together, or the first one alone. */
  | {
      readonly kind: 'slow'
      readonly what: 'discovery' | 'registration' | 'token'
      readonly milliseconds: number
      readonly seconds: number
    }
  /** The values behind this walk are reports, not source or recordings. */
  | { readonly kind: 'weak_evidence'; readonly about: string }

/** What stands in the URL that the browser is opened with, as far as it is known beforehand. */
export interface AuthorizationRequest {
  readonly endpoint: string
  /** How it comes to its client identifier. */
  readonly registration: 'client_metadata_document' | 'dynamic' | 'static'
  /** Where it registers, or the URL of its document. */
  readonly registrationUrl?: string
  readonly scope: string | undefined
  readonly resource: string | undefined
}

/** Whether a part of a walk has ended the whole of it. */
export function hasEnded(part: object | undefined): part is Walk {
  return part !== undefined && 'end' in part && 'caveats' in part
}

/** Collects the steps of a walk while it goes on. */
export class Footprints {
  readonly #steps: { step: Step; evidence: number[] }[] = []
  readonly #caveats: Caveat[] = []

  /** The walk is at `step`, and read these exchanges there. */
  at(step: Step, ...exchanges: readonly Exchange[]): void {
    let last = this.#steps.at(-1)
    if (last?.step !== step) {
      last = { step, evidence: [] }
      this.#steps.push(last)
    }
    // Kept evidence numbers what it has; 0 is what it has not.
    for (const { id } of exchanges) if (id > 0 && !last.evidence.includes(id)) last.evidence.push(id)
  }

  caveat(caveat: Caveat): void {
    this.#caveats.push(caveat)
  }

  end(end: WalkEnd): Walk {
    return { steps: this.#steps, end, caveats: this.#caveats }
  }

  stop(step: Step, because: StopReason, words?: string): Walk {
    this.at(step)
    return this.end({ kind: 'stops', step, because, ...(words !== undefined && { words }) })
  }

  cannotTell(step: Step, why: string, unknown: 'client' | 'server' = 'server'): Walk {
    this.at(step)
    return this.end({ kind: 'cannot_tell', step, why, unknown })
  }
}
