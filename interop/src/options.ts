import { parseArgs } from 'node:util'
import { claudeCode } from './clients/claude-code.ts'
import type { ClientKind } from './clients/client.ts'
import { codex } from './clients/codex.ts'
import { allClients } from './clients/index.ts'
import { mcpRemote } from './clients/mcp-remote.ts'
import { sdk1 } from './clients/sdk-1.ts'
import { sdk2, sdk2Stateless } from './clients/sdk-2.ts'
import { go } from './upstreams/go.ts'
import { notes, notesThroughKeycloak } from './upstreams/notes.ts'
import { python } from './upstreams/python.ts'
import { several } from './upstreams/several.ts'
import { sse } from './upstreams/sse.ts'
import { stdio } from './upstreams/stdio.ts'
import type { UpstreamKind } from './upstreams/upstream.ts'

export interface Options {
  /** What is run, in order. */
  plan: readonly Part[]
  /** Run Portcullis as it stands in the repository. Default: packed and installed. */
  isFromSource: boolean
  /** Write the report to `results/`, under the date. */
  isRecorded: boolean
  /** Where the results go as JSON. Default: nowhere. */
  json: string | undefined
}

/** Clients that go one after the other through one gateway. */
export interface Part {
  upstream: UpstreamKind
  clients: readonly ClientKind[]
}

/** Throws `TypeError`, with the names that are possible, for a name that there is not. */
export function parseOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      identity: { type: 'string' },
      short: { type: 'boolean', default: false },
      source: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  })
  const plan = values.short ? shortPlan : wholePlan
  return {
    plan: identityOf(values.identity) === undefined ? planOf(values.only, plan) : throughKeycloak(values.only),
    isFromSource: values.source,
    isRecorded: values.record,
    json: values.json,
  }
}

/** Every client in front of the demo, and those that people use through Keycloak, too; in front of other languages, both eras of one client. */
const commonPlan: readonly Part[] = [
  { upstream: notes, clients: allClients },
  { upstream: notesThroughKeycloak, clients: [claudeCode, codex, mcpRemote, sdk1, sdk2, sdk2Stateless] },
  { upstream: python, clients: [sdk2, sdk2Stateless] },
  { upstream: go, clients: [sdk2, sdk2Stateless] },
]

/** In front of the other transports, and of several servers: some of each era, or every client. */
const shortPlan: readonly Part[] = [
  ...commonPlan,
  { upstream: stdio, clients: [claudeCode, codex, sdk1] },
  { upstream: sse, clients: [sdk1, sdk2Stateless] },
  { upstream: several, clients: [codex, sdk2Stateless] },
]
const wholePlan: readonly Part[] = [
  ...commonPlan,
  ...[stdio, sse, several].map((upstream) => ({ upstream, clients: allClients })),
]

/** `list`: names of clients (with the demo) and of other upstreams, between commas. */
function planOf(list: string | undefined, plan: readonly Part[] = wholePlan): readonly Part[] {
  if (list === undefined) return plan
  const names = list.split(',')
  const known = [...allClients, ...plan.map(({ upstream }) => upstream).filter((upstream) => upstream !== notes)].map(
    ({ name }) => name,
  )
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new TypeError(`There is no "${unknown}"; there are ${known.join(', ')}`)
  return plan
    .map(({ upstream, clients }) => ({
      upstream,
      clients: names.includes(upstream.name)
        ? clients
        : clients.filter(({ name }) => upstream === notes && names.includes(name)),
    }))
    .filter(({ clients }) => clients.length > 0)
}

function identityOf(name: string | undefined): 'keycloak' | undefined {
  if (name === undefined || name === 'keycloak') return name
  throw new TypeError(`People cannot sign in with "${name}" here; there is --identity keycloak`)
}

/** The same clients in front of the demo alone, of people who sign in through Keycloak. */
function throughKeycloak(list: string | undefined): readonly Part[] {
  const chosen = planOf(list).filter(({ upstream }) => upstream === notes)
  return chosen.map(({ clients }) => ({ upstream: notesThroughKeycloak, clients }))
}
