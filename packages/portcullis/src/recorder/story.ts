import type { Attempt, Entry, Step, StepCode } from './attempt.ts'

/** How far an attempt came, in the order of a connection. */
export const stages = [
  'nowhere',
  'asked',
  'found_resource',
  'found_server',
  'registered',
  'arrived',
  'at_sign_in',
  'signed_in',
  'at_consent',
  'decided',
  'has_code',
  'has_token',
  'connected',
] as const

export type Stage = (typeof stages)[number]

/** One step with the request in which it happened. */
export interface Happened {
  step: Step
  entry: Entry
}

/** What an attempt comes down to. */
export interface Story {
  /** How far it came since it last went wrong. */
  stage: Stage
  /** Since when it waits for what comes next, in milliseconds since the epoch. */
  since: number
  /** What went wrong last, where it has not gone on since. */
  failure?: Happened
  /** Everything that happened, in its order. */
  all: readonly Happened[]
}

/** How far an attempt came, since when it waits, and what keeps it. */
export function storyOf({ entries, startedAt }: Pick<Attempt, 'entries' | 'startedAt'>): Story {
  const all = entries.flatMap((entry) => entry.steps.map((step) => ({ step, entry })))
  // That a token has expired follows from what kept it from being renewed.
  const trouble = all.findLastIndex(({ step }) => isTrouble(step))
  const nth = isOpenAt(all, trouble) ? trouble : all.findLastIndex(({ step }) => isFailure(step))
  const failure = isOpenAt(all, nth) ? all[nth] : undefined
  const told = failure === undefined ? all.slice(nth + 1) : all
  const reached = told.reduce((most, { step }) => Math.max(most, place(stageOf[step.code])), 0)
  const last = told.findLast(({ step }) => place(stageOf[step.code]) === reached)
  return {
    stage: stages[reached] ?? 'nowhere',
    since: waitsSince(failure ?? last, startedAt),
    ...(failure !== undefined && { failure }),
    all,
  }
}

function waitsSince(last: Happened | undefined, otherwise: number): number {
  return last === undefined ? otherwise : answeredAt(last.entry)
}

function isFailure(step: Step): boolean {
  return hinderedBy(step) !== undefined
}

function isTrouble(step: Step): boolean {
  return isFailure(step) && !(step.code === 'token_rejected' && step.reason === 'expired')
}

/** Whether what went wrong there was not made good afterwards. */
function isOpenAt(all: readonly Happened[], nth: number): boolean {
  const failed = all[nth]
  return failed !== undefined && !all.slice(nth + 1).some(({ step }) => goesOn(step, failed.step))
}

/** How often something happened, repetitions of one request included. */
export function countOf(story: Story, code: StepCode, reason?: string): number {
  return story.all
    .filter(({ step }) => step.code === code && (reason === undefined || step.reason === reason))
    .reduce((sum, { entry }) => sum + 1 + (entry.repeats ?? 0), 0)
}

export function lastOf(story: Story, code: StepCode): Happened | undefined {
  return story.all.findLast(({ step }) => step.code === code)
}

export function isBefore(one: Stage, other: Stage): boolean {
  return place(one) < place(other)
}

function answeredAt({ at, took, lastAt }: Entry): number {
  return (lastAt ?? at) + took
}

function place(stage: Stage | undefined): number {
  return stage === undefined ? 0 : stages.indexOf(stage)
}

/** Where a step brings a client. */
const stageOf: Readonly<Partial<Record<StepCode, Stage>>> = {
  challenged: 'asked',
  resource_metadata: 'found_resource',
  server_metadata: 'found_server',
  registered: 'registered',
  pushed: 'registered',
  device_started: 'arrived',
  authorization_started: 'arrived',
  sign_in_shown: 'at_sign_in',
  signed_in: 'signed_in',
  consent_shown: 'at_consent',
  consented: 'decided',
  consent_skipped: 'decided',
  code_issued: 'has_code',
  token_issued: 'has_token',
  refreshed: 'has_token',
  called: 'connected',
}

/** What a step that goes wrong keeps a client from; `undefined` for steps that go well, or that do not matter by themselves. */
function hinderedBy({ code, reason }: Step): Stage | undefined {
  if (code === 'document_failed') return reason === 'nothing' ? 'arrived' : undefined
  return hindered[code]
}

const hindered: Readonly<Partial<Record<StepCode, Stage>>> = {
  host_rejected: 'asked',
  origin_rejected: 'asked',
  elsewhere: 'asked',
  registration_refused: 'registered',
  push_refused: 'arrived',
  device_refused: 'arrived',
  authorization_refused: 'arrived',
  sign_in_refused: 'signed_in',
  identity_refused: 'signed_in',
  identity_unavailable: 'signed_in',
  consent_denied: 'decided',
  claims_failed: 'has_token',
  client_keys_failed: 'has_token',
  token_refused: 'has_token',
  grant_ended: 'has_token',
  token_rejected: 'connected',
  scope_insufficient: 'connected',
  call_denied: 'connected',
  upstream_failed: 'connected',
  unavailable: 'connected',
  failed: 'asked',
}

/** Whether a later step shows that it went on: it registered again, or came as far. Asking once more without a token is no progress. */
function goesOn(step: Step, failed: Step): boolean {
  // Other calls go through all the while.
  if (failed.code === 'scope_insufficient' && step.code === 'called') return false
  const reached = place(stageOf[step.code])
  const needed = Math.min(place(hinderedBy(failed)), stages.indexOf('registered'))
  return reached > 0 && reached >= needed
}
