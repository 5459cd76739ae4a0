import type { Case } from './case.ts'

/** Whose doing it is that a client is connected, or not. */
export const parties = [
  'connected',
  'your_server',
  'your_edge',
  'your_identity_provider',
  'the_client',
  'the_person',
  'still_waiting',
] as const

export type Party = (typeof parties)[number]

export const partyWords: Readonly<Record<Party, string>> = {
  connected: 'connected',
  your_server: 'your server',
  your_edge: 'your edge (a proxy, firewall or CDN in front)',
  your_identity_provider: 'your identity provider',
  the_client: 'the client',
  the_person: 'the person',
  still_waiting: 'still waiting',
}

/** The ways in which connecting goes wrong that have a name. */
export type RiddleCode =
  | 'wrong_host'
  | 'wrong_path'
  | 'preflight_refused'
  | 'challenge_ignored'
  | 'metadata_rejected'
  | 'registration_refused'
  | 'client_document_unreachable'
  | 'stale_client'
  | 'registered_twice'
  | 'browser_never_opened'
  | 'authorization_refused'
  | 'sign_in_unfinished'
  | 'identity_provider_refused'
  | 'identity_provider_unavailable'
  | 'consent_denied'
  | 'consent_unanswered'
  | 'device_code_not_typed'
  | 'code_never_redeemed'
  | 'token_refused'
  | 'refresh_refused'
  | 'token_never_used'
  | 'came_back_without_token'
  | 'challenged_with_token'
  | 'step_up_loop'
  | 'step_up_unfinished'
  | 'call_denied'
  | 'upstream_down'
  | 'own_failure'

export interface Riddle {
  code: RiddleCode
  /** What one would say of it. */
  title: string
  /** What is seen, for the documentation. */
  seen: string
  /** Whose doing it is as a rule. */
  party: Exclude<Party, 'connected' | 'still_waiting'>
  /** What to do. */
  fix: string
  /** What shows it in this case, each a sentence; `undefined` where it is another riddle. */
  evidence(given: Case): readonly string[] | undefined
  /** The verdict in a sentence. */
  sentence(given: Case): string
  /** Where this case shows that it is somebody else's doing. Default: `party`. */
  whose?(given: Case): Riddle['party']
  /** What to do in this case. Default: `fix`. */
  nextStep?(given: Case): string
}
