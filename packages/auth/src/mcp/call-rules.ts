import { type Fields, fields, requireShape, tableOf, truth } from '../protocol/option-shapes.ts'
import { printable } from '../protocol/parameters.ts'
import { covers } from '../protocol/scope.ts'
import { type Call, callsOf, type Messages } from './message.ts'
import {
  isNothing,
  type Needs,
  type NeedsByName,
  needsShape,
  type Permissions,
  type ResolvedNeeds,
  resolveNeeds,
  unionOf,
  unmetCondition,
} from './needs.ts'
import { createResourceNeeds } from './resource-needs.ts'
import { type Target, type TargetKind, targetsOf } from './target.ts'

/** Who may call what. Names are exact. */
export interface CallRulesOptions {
  /** What a call of each tool needs. Default: no tool has a rule. */
  tools?: Readonly<Record<string, Needs>>
  /** What a call of a tool needs that has no rule of its own; `{ denied: true }` for nobody. Default: nothing beyond a valid access token. */
  otherTools?: Needs
  /** The same for prompts. */
  prompts?: Readonly<Record<string, Needs>>
  otherPrompts?: Needs
  /** The same for resources, by URI; one that ends in `*` is all that begin so, the longest that fits. */
  resources?: Readonly<Record<string, Needs>>
  otherResources?: Needs
  /** Whether lists leave out, beside what a rule denies to the caller, what they lack scopes for. Then no step-up begins there. Default: false. */
  hideUngranted?: boolean
}

/** What rules say of the calls in a body. */
export type Judgement =
  | { kind: 'allowed' }
  /** `scopes`: all that these calls need, so that one challenge can name them (RS-19). */
  | { kind: 'insufficient'; scopes: readonly string[] }
  /** Whatever the scopes. `reasons`: a sentence for the caller, by the call that it is of. */
  | { kind: 'denied'; reasons: ReadonlyMap<Call, string> }

/** Rules that were checked. */
export interface CallRules {
  /** What they say of these calls by this caller: of a batch, the union of what its calls need; and nothing of it is allowed where one call is not. */
  judge(messages: Messages, caller: Permissions): Judgement
  /** Whether a list shows this to the caller. */
  shows(kind: TargetKind, name: string, caller: Permissions): boolean
  /** The scopes that a call of this tool needs. */
  scopesOfTool(name: string): readonly string[]
  /** Whether they ask for nothing, and so nobody has to read what is called. */
  readonly isSilent: boolean
}

/** What the options are, for whoever takes them with others: a rule under a name that is none would be upheld by nobody. */
export const callRulesFields: Fields<CallRulesOptions> = {
  tools: tableOf(needsShape),
  otherTools: needsShape,
  prompts: tableOf(needsShape),
  otherPrompts: needsShape,
  resources: tableOf(needsShape),
  otherResources: needsShape,
  hideUngranted: truth,
}

const callRulesShape = fields(callRulesFields)

/** Throws `TypeError` for rules that cannot stand. */
export function createCallRules(options: CallRulesOptions): CallRules {
  requireShape(options, callRulesShape, 'createCallRules')
  const { tools, otherTools, prompts, otherPrompts, resources, otherResources, hideUngranted = false } = options
  const of: Readonly<Record<TargetKind, NeedsByName>> = {
    tool: byExactName('tool', tools, otherTools),
    prompt: byExactName('prompt', prompts, otherPrompts),
    resource: createResourceNeeds(tableOfNeeds('resource', resources), fallbackOf('resource', otherResources)),
  }

  function needsOf({ kind, name }: Target): ResolvedNeeds {
    const { named, ofAny } = of[kind]
    return name === undefined ? ofAny : named(name)
  }

  return {
    isSilent: Object.values(of).every(({ ofAny }) => isNothing(ofAny)),
    scopesOfTool: (name) => of.tool.named(name).scopes,

    judge(messages, caller) {
      const required = new Set<string>()
      const reasons = new Map<Call, string>()
      const used = callsOf(messages).flatMap((call) => targetsOf(call).map((target) => ({ call, target })))
      for (const { call, target } of used) {
        const needs = needsOf(target)
        for (const scope of needs.scopes) required.add(scope)
        const unmet = unmetCondition(needs, caller)
        if (unmet !== undefined) reasons.set(call, reasonOf(target, unmet.wanted))
      }
      // First: scopes would not help, and whoever were sent to get them would be sent again.
      if (reasons.size > 0) return { kind: 'denied', reasons }
      return covers(caller.scope, required) ? allowed : { kind: 'insufficient', scopes: [...required] }
    },

    shows(kind, name, caller) {
      const needs = of[kind].named(name)
      return unmetCondition(needs, caller) === undefined && (!hideUngranted || covers(caller.scope, needs.scopes))
    },
  }
}

const allowed: Judgement = { kind: 'allowed' }

function byExactName(kind: TargetKind, table: CallRulesOptions['tools'], other: Needs | undefined): NeedsByName {
  const needs = tableOfNeeds(kind, table)
  const fallback = fallbackOf(kind, other)
  return { named: (name) => needs.get(name) ?? fallback, ofAny: unionOf([fallback, ...needs.values()]) }
}

/** A Map, since a tool may be called "constructor". */
function tableOfNeeds(kind: TargetKind, table: CallRulesOptions['tools']): ReadonlyMap<string, ResolvedNeeds> {
  return new Map(Object.entries(table ?? {}).map(([name, needs]) => [name, resolveNeeds(needs, `${kind} "${name}"`)]))
}

function fallbackOf(kind: TargetKind, other: Needs | undefined): ResolvedNeeds {
  return resolveNeeds(other ?? {}, `other ${kind}s`)
}

function reasonOf({ kind, name }: Target, wanted: string | undefined): string {
  if (name === undefined)
    return `A call that does not name its ${kind} as text may be of any, and you may not use all of them`
  const what = `The ${kind} "${printable(name, 128)}"`
  return wanted === undefined ? `${what} may not be used here` : `${what} needs ${wanted}`
}
