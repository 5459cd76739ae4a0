import type { Store } from '@portcullis/auth/authorization-server'
import { type McpServer, servedAt, titleOf } from '../config/mcp-servers.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { Attempt } from '../recorder/attempt.ts'
import type { ServerFacts } from '../recorder/case.ts'
import { type AttemptEvidence, evidenceOf } from '../recorder/evidence.ts'
import { everyKept, findKept, listKept } from '../recorder/keep.ts'
import { type AttemptView, type ViewContext, viewOf } from '../recorder/view.ts'
import type { ProgramKinds } from '../store/records.ts'
import type { Administration } from './operation.ts'
import { recordedPublicUrl } from './public-url.ts'

export type { AttemptEvidence } from '../recorder/evidence.ts'
export { type Party, parties, partyWords } from '../recorder/riddle.ts'
export type { AttemptView, TimelineEntry } from '../recorder/view.ts'

/** What attempts are read with. */
export interface AttemptsContext {
  store: Pick<Store<ProgramKinds>, 'get' | 'list'>
  servers: ViewContext['servers']
  /** Milliseconds since the epoch. Default: the system clock. */
  now?: () => number
}

/** Which attempts are meant; what is absent excludes none. */
export interface AttemptFilter {
  /** A word in the name of the client, or the id of its profile. */
  client?: string
  /** Whose doing it is (`parties`), or a riddle by its code. */
  verdict?: string
  /** The user name or the subject of who signed in. */
  person?: string
  /** Milliseconds since the epoch: those that changed since. */
  since?: number
  /** A text anywhere in it: an address, a client identifier, the reference on an error page. */
  text?: string
}

/** With what a process reads them that runs the server, and so knows where that is. */
export function attemptsOfServer({
  store,
  configuration,
}: Pick<Administration, 'store' | 'configuration'>): AttemptsContext {
  const [first, ...others] = configuration.mcpServers
  return { store, servers: [factsOf(first), ...others.map(factsOf)] }
}

function factsOf(server: McpServer): ServerFacts {
  return { publicUrl: server.publicUrl, served: servedAt(server), name: titleOf(server) }
}

/** The same about the server as it ran last: a command beside it may have been given none of its options. */
export async function attemptsBesideServer({
  store,
  configuration,
}: Pick<Administration, 'store' | 'configuration'>): Promise<AttemptsContext> {
  const { mcpServers } = configuration
  // Several stand in the file that both read; of one, the URL may have come by the command line.
  const publicUrl = mcpServers.length === 1 ? await recordedPublicUrl(store) : undefined
  if (publicUrl === undefined) return attemptsOfServer({ store, configuration })
  return attemptsOfServer({ store, configuration: { ...configuration, mcpServers: [{ ...mcpServers[0], publicUrl }] } })
}

/** The latest first. `limit`: at most so many. Default 50. */
export async function listAttempts(
  context: AttemptsContext,
  filter: AttemptFilter = {},
  { limit = 50 }: { limit?: number } = {},
): Promise<AttemptView[]> {
  const found: AttemptView[] = []
  const show = viewer(context)
  for await (const attempt of everyKept(context.store)) {
    if (attempt.changedAt < (filter.since ?? 0)) continue // before anything is made of it: most are of another day
    const view = await show(attempt)
    if (matches(view, filter)) found.push(view)
    if (found.length >= limit) break
  }
  return found
}

/** One attempt by its id. Throws `OperatorError` where there is none. */
export async function showAttempt(context: AttemptsContext, id: string): Promise<AttemptView> {
  const attempt = await findKept(context.store, id)
  if (attempt !== undefined) return viewer(context)(attempt)
  throw new OperatorError(`There is no attempt "${id}"`, {
    kind: 'not_found',
    nextStep: 'See which there are: portcullis attempts list. They are kept for the time that recorder.keep says.',
  })
}

/** One attempt as a file to give away, without secrets. By default addresses, people and hosts are pseudonyms. Throws `OperatorError` where there is none of this id. */
export async function exportAttempt(
  context: AttemptsContext,
  id: string,
  { version, namesEverybody = false }: { version: string; namesEverybody?: boolean },
): Promise<AttemptEvidence> {
  const { servers, now = Date.now } = context
  const view = await showAttempt(context, id)
  return evidenceOf(view, { publicUrl: (view.server ?? servers[0]).publicUrl, version, now: now(), namesEverybody })
}

/** Those that have changed, or whose verdict has, each time somebody looks; the first time the latest ones. */
export async function* followAttempts(
  context: AttemptsContext,
  {
    filter = {},
    signal,
    interval = 1000,
    onWritten,
  }: {
    filter?: AttemptFilter
    signal: AbortSignal
    /** Milliseconds between two looks. */
    interval?: number
    /** What this process writes is seen at once (`Recorder.onWritten`). */
    onWritten?: ((listener: () => void) => () => void) | undefined
  },
): AsyncGenerator<AttemptView[], void> {
  const known = new Map<string, string>()
  for (;;) {
    const latest = await Promise.all((await listKept(context.store, { limit: mostFollowed })).map(viewer(context)))
    const changed = latest.filter((view) => known.get(view.id) !== stateOf(view))
    known.clear()
    for (const view of latest) known.set(view.id, stateOf(view))
    const meant = changed.filter((view) => matches(view, filter))
    if (meant.length > 0) yield meant
    if (signal.aborted) return // having looked once more
    await nextLook({ signal, interval, onWritten })
  }
}

/** What happens in older ones is seen when somebody asks for them. */
const mostFollowed = 50

function stateOf({ changedAt, verdict, timeline }: AttemptView): string {
  return JSON.stringify([changedAt, verdict.party, verdict.riddle?.code, timeline.length])
}

function nextLook({
  signal,
  interval,
  onWritten,
}: {
  signal: AbortSignal
  interval: number
  onWritten: ((listener: () => void) => () => void) | undefined
}): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', look)
      stop?.()
      resolve()
    }
    const timer = setTimeout(look, interval)
    signal.addEventListener('abort', look)
    const stop = onWritten?.(look)
  })
}

function matches(view: AttemptView, { client, verdict, person, since, text }: AttemptFilter): boolean {
  const has = (where: string | undefined, what: string) =>
    where?.toLowerCase().includes(what.trim().toLowerCase()) ?? false
  if (since !== undefined && view.changedAt < since) return false
  if (client !== undefined && view.client.profile !== client && !has(view.client.name, client)) return false
  if (verdict !== undefined && view.verdict.party !== verdict && view.verdict.riddle?.code !== verdict) return false
  if (person !== undefined && view.person?.subject !== person && view.person?.userName !== person) return false
  return text === undefined || has(JSON.stringify(view), text)
}

/** Shows attempts as they are now, each person by their name. */
function viewer({ store, servers, now = Date.now }: AttemptsContext): (attempt: Attempt) => Promise<AttemptView> {
  const names = new Map<string, Promise<string | undefined>>()
  const nameOf = (subject: string) => {
    const known = names.get(subject) ?? store.get('account', subject).then((account) => account?.value.userName)
    names.set(subject, known)
    return known
  }
  return async (attempt) => {
    const { subject } = attempt
    return viewOf(attempt, { now: now(), servers, userName: subject === undefined ? undefined : await nameOf(subject) })
  }
}
