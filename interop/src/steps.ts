import { setTimeout as sleep } from 'node:timers/promises'
import type { Person, Visit } from './browser.ts'
import type { ClientKind, InteropClient, ToolOutcome } from './clients/client.ts'
import { tryElsewhere } from './elsewhere.ts'
import { requireEvidence } from './evidence.ts'
import { messageOf, oneLine } from './message.ts'
import { type StepName, stepNames } from './step-names.ts'
import type { Member, System } from './system.ts'
import type { UpstreamKind } from './upstreams/upstream.ts'
import { within } from './within.ts'

export interface StepResult {
  step: StepName
  state: 'passed' | 'failed' | 'not reached' | 'not offered'
  /** What was seen, or why it failed. */
  text: string
  seconds: number
}

export interface StepsOptions {
  kind: ClientKind
  client: InteropClient
  /** The same client at the servers before this one. */
  earlier: readonly InteropClient[]
  person: Person
  member: Member
  system: System
  /** The MCP URL. */
  url: string
  upstream: UpstreamKind
  /** Of the front tap, from where the client began. */
  mark: number
  /** Told of each step that begins. */
  onStep: (step: StepName) => void
}

/** Drives one client through all steps; after a failure the rest is not reached. */
export async function runSteps(options: StepsOptions): Promise<readonly StepResult[]> {
  const { gateway } = options.system
  const run: Run = { ...options, noteId: '' }
  const results: StepResult[] = []
  for (const step of stepNames) {
    const began = performance.now()
    const seconds = () => Math.round((performance.now() - began) / 100) / 10
    if (results.some(({ state }) => state === 'failed')) {
      results.push({ step, state: 'not reached', text: '', seconds: 0 })
      continue
    }
    options.onStep(step)
    try {
      const from = gateway.events().length
      const text = isOffered(step, run) ? await within(stepLimit, steps[step](run)) : undefined
      if (text !== undefined) await requireEvidence(step, options.kind, { gateway, from })
      results.push({ step, state: text === undefined ? 'not offered' : 'passed', text: text ?? '', seconds: seconds() })
    } catch (failure) {
      results.push({ step, state: 'failed', text: messageOf(failure), seconds: seconds() })
    }
  }
  return results
}

/** Seconds after which a step has failed, whatever it still waits for. */
const stepLimit = 120

interface Run extends StepsOptions {
  /** The id of the note that was added. */
  noteId: string
}

/** Not every MCP server has the tool that a step calls, and not every gateway another server. */
function isOffered(step: StepName, { system, upstream }: Run): boolean {
  if (step === 'whoami, expired') return upstream.hasLongTokens !== true
  if (step === 'elsewhere') return Object.keys(system.gateway.urls).length > 1
  const tool = toolOf[step]
  return tool === undefined || upstream.tools.includes(tool)
}

const toolOf: Partial<Record<StepName, string>> = { add_note: 'add_note', delete_note: 'delete_note' }

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
    const visit = await client.signIn?.()
    if (visit === undefined) return undefined
    demand(person.visits[0]?.signedIn, 'Nobody was asked for a password')
    const { scopes } = requireConsent(visit)
    demand(scopes.length > 0, 'The consent page names no scope')
    demand(!scopes.includes(stepUpScope), `The first consent asks for ${stepUpScope} already`)
    return scopes.join(' ')
  },

  whoami: (run) => callWhoami(run),

  async add_note(run) {
    const outcome = requireResult(await run.client.callTool('add_note', { text: `from ${run.kind.name}` }))
    run.noteId = outcome.text.match(noteIdInText)?.[1] ?? ''
    return oneLine(outcome.text)
  },

  async 'whoami, expired'(run) {
    await sleep((run.system.accessTokenLifetime + clockTolerance + reconnection) * 1000)
    return callWhoami(run)
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

  async elsewhere(run) {
    for (const client of run.earlier) await callWhoami({ ...run, client })
    return tryElsewhere(run.url, run.system.gateway, run.mark)
  },
}

async function callWhoami({ kind, client, member, upstream }: Run): Promise<string> {
  const { text } = requireResult(await client.callTool('whoami', {}))
  const isForItself = kind.grantType === 'client_credentials'
  const names = [
    isForItself ? undefined : member.subject,
    upstream.knowsNoClients && !isForItself ? undefined : client.clientId,
  ]
  for (const name of names) demand(text.includes(name ?? ''), `whoami does not say ${name}: ${text}`)
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

/** Seconds for which an expired access token is still accepted, since clocks differ. */
const clockTolerance = 5

/**
 * Seconds after which clients have opened their standing stream again, that ended with the token. To mcp-remote every token that lives less than
 * a minute needs a refresh, and a refresh in the middle of a sign-in makes it lose that sign-in (0.15.1).
 */
const reconnection = 3

/** The scope that `delete_note` needs and the first challenge does not name. */
const stepUpScope = 'notes:delete'

const noteIdInText = /\b(?:id|note)\W{1,3}([\w-]+)/i

function demand(condition: unknown, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise)
}
