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
  /** What is run: lists one after the other, of each list everything at the same time. */
  plan: readonly (readonly Part[])[]
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
  return {
    plan:
      identityOf(values.identity) === undefined
        ? planOf(values.only, values.short ? shortPlan : wholePlan)
        : throughKeycloak(values.only),
    isFromSource: values.source,
    isRecorded: values.record,
    json: values.json,
  }
}

/** Every client in front of the demo, and those that people use through Keycloak, too; in front of other languages, both eras of one client. */
const overStreamableHttp: readonly Part[] = [
  { upstream: notes, clients: allClients },
  { upstream: notesThroughKeycloak, clients: [claudeCode, codex, mcpRemote, sdk1, sdk2, sdk2Stateless] },
  { upstream: python, clients: [sdk2, sdk2Stateless] },
  { upstream: go, clients: [sdk2, sdk2Stateless] },
]

/**
 * Every client in front of the other transports, too, and of several servers: once the others went, and in different orders, as a client that starts while
 * too many do is out of time before it has its tools.
 */
const wholePlan: Options['plan'] = [
  overStreamableHttp,
  [
    { upstream: stdio, clients: allClients },
    { upstream: sse, clients: allClients.toReversed() },
    { upstream: several, clients: allClients },
  ],
]

/** The same with few there, that start fast, at the same time. */
const shortPlan: Options['plan'] = [
  [
    ...overStreamableHttp,
    { upstream: stdio, clients: [sdk1, sdk2] },
    { upstream: sse, clients: [sdk1, sdk2Stateless] },
    { upstream: several, clients: [mcpRemote, sdk2Stateless] },
  ],
]

/** `list`: names of clients (with the demo) and of other upstreams, between commas. */
function planOf(list: string | undefined, plan: Options['plan']): Options['plan'] {
  if (list === undefined) return plan
  const names = list.split(',')
  const upstreams = plan.flat().map(({ upstream }) => upstream)
  const known = [...allClients, ...upstreams.filter((upstream) => upstream !== notes)].map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new TypeError(`There is no "${unknown}"; there are ${known.join(', ')}`)
  return plan.map((parts) => chosenOf(parts, names))
}

function chosenOf(parts: readonly Part[], names: readonly string[]): readonly Part[] {
  return parts
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
function throughKeycloak(list: string | undefined): Options['plan'] {
  const chosen = planOf(list, wholePlan)
    .flat()
    .filter(({ upstream }) => upstream === notes)
  return [chosen.map(({ clients }) => ({ upstream: notesThroughKeycloak, clients }))]
}
