import { setTimeout as sleep } from 'node:timers/promises'
import type { Person, Visit } from './browser.ts'
import type { ClientKind, InteropClient, ToolOutcome } from './clients/client.ts'
import { stepUpScope, type Target } from './target.ts'

export interface StepResult {
  step: StepName
  state: 'passed' | 'failed' | 'not reached' | 'not offered'
  /** What was seen, or why it failed. */
  text: string
  seconds: number
}

export const stepNames = ['connect', 'deny', 'sign in', 'whoami', 'add_note', 'whoami, expired', 'delete_note'] as const
export type StepName = (typeof stepNames)[number]

interface Run {
  kind: ClientKind
  client: InteropClient
  person: Person
  target: Target
  /** The id of the note that was added. */
  noteId: string
}

/** Drives one client through all steps; after a failure the rest is not reached. */
export async function runSteps(options: Omit<Run, 'noteId'>): Promise<readonly StepResult[]> {
  const run: Run = { ...options, noteId: '' }
  const results: StepResult[] = []
  for (const step of stepNames) {
    const began = performance.now()
    const seconds = () => Math.round((performance.now() - began) / 100) / 10
    if (results.some(({ state }) => state === 'failed')) {
      results.push({ step, state: 'not reached', text: '', seconds: 0 })
      continue
    }
    try {
      const text = await steps[step](run)
      results.push({ step, state: text === undefined ? 'not offered' : 'passed', text: text ?? '', seconds: seconds() })
    } catch (failure) {
      results.push({ step, state: 'failed', text: textOf(failure), seconds: seconds() })
    }
  }
  return results
}

/** Each tells what it saw, throws when that is wrong, or gives `undefined` when the client has no such thing. */
const steps: Record<StepName, (run: Run) => Promise<string | undefined>> = {
  connect: ({ client }) => client.connect(),

  async deny({ client }) {
    const visit = await client.deny?.()
    if (visit === undefined) return undefined
    const error = visit.landedAt.searchParams.get('error')
    demand(error === 'access_denied', `After Deny the client was told: ${visit.landedAt.search}`)
    return error
  },

  async 'sign in'({ client, person }) {
    const visit = await client.signIn()
    demand(person.visits[0]?.signedIn, 'Nobody was asked for a password')
    const { scopes } = requireConsent(visit)
    demand(scopes.length > 0, 'The consent page names no scope')
    demand(!scopes.includes(stepUpScope), `The first consent asks for ${stepUpScope} already`)
    return scopes.join(' ')
  },

  whoami: ({ client, target }) => callWhoami(client, target),

  async add_note(run) {
    const outcome = requireResult(await run.client.callTool('add_note', { text: `from ${run.kind.name}` }))
    run.noteId = outcome.text.match(noteIdInText)?.[1] ?? ''
    return oneLine(outcome.text)
  },

  async 'whoami, expired'({ client, target }) {
    await sleep((target.accessTokenLifetime + 1) * 1000)
    return callWhoami(client, target)
  },

  async delete_note({ kind, client, noteId }) {
    const outcome = await client.callTool('delete_note', { id: noteId })
    if (kind.stepUp === 'ends with the refusal') {
      demand(outcome.visits.length === 0, 'It signed in anew, which this version was not known to do')
      demand(outcome.isError, `It was not refused: ${outcome.text}`)
      return `refused: ${oneLine(outcome.text)}`
    }
    const [visit, ...more] = outcome.visits
    demand(visit !== undefined && more.length === 0, `It signed in ${outcome.visits.length} times: ${outcome.text}`)
    const { scopes } = requireConsent(visit)
    demand(scopes.includes(stepUpScope) && scopes.length > 1, `The second consent asks for: ${scopes.join(' ')}`)
    demand(!outcome.isError, `It was refused after the second sign-in: ${outcome.text}`)
    return `signed in anew for ${scopes.join(' ')}`
  },
}

async function callWhoami(client: InteropClient, { username }: Target): Promise<string> {
  const { text } = requireResult(await client.callTool('whoami', {}))
  demand(text.includes(username), `whoami does not say ${username}: ${text}`)
  return oneLine(text)
}

/** The outcome of a call that must succeed without any browser. */
function requireResult(outcome: ToolOutcome): ToolOutcome {
  demand(outcome.visits.length === 0, 'The client signed in anew')
  demand(!outcome.isError, `The call was refused: ${outcome.text}`)
  return outcome
}

function requireConsent({ consent, landedAt }: Visit): { scopes: readonly string[] } {
  demand(consent !== undefined, 'No consent page was shown')
  demand(consent.text.includes(landedAt.host), `The consent page does not say that the answer goes to ${landedAt.host}`)
  return consent
}

const noteIdInText = /\b(?:id|note)\W{1,3}([\w-]+)/i

function demand(condition: unknown, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise)
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

function textOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure)
  const cause = failure.cause === undefined ? '' : ` (${textOf(failure.cause)})`
  return oneLine(failure.message + cause)
}
