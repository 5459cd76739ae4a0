import { claimAt } from '../protocol/claim-at.ts'
import { type Fields, fields, listOf, tableOf, text, truth } from '../protocol/option-shapes.ts'
import { isScopeToken, type Scope } from '../protocol/scope.ts'

/** What a caller must have, or be, to be let through: all that is named here. */
export interface Needs {
  /** Scopes, all of them. A caller who lacks one is asked to consent to it (step-up). Default: none. */
  scopes?: readonly string[] | undefined
  /** Roles, one of them: what the issuer says that the caller is (`roles` of the access token). Default: whatever the role. */
  roles?: readonly string[] | undefined
  /** Groups, one of them (the claim `groups`). Default: whatever the group. */
  groups?: readonly string[] | undefined
  /**
   * Claims of the access token, by name or by a path with dots (`realm_access.roles`), each with one of these values; of a claim that is a list, one
   * item suffices. Default: whatever the claims.
   */
  claims?: Readonly<Record<string, readonly string[]>> | undefined
  /** Whether nobody may. Default: false. */
  denied?: boolean | undefined
}

/** What somebody must be to call at all. */
export type Callers = Pick<Needs, 'roles' | 'groups' | 'claims'>

/** What is known of a caller, as rules see it; an `AccessToken` is one. */
export interface Permissions {
  readonly scope: Scope
  readonly roles: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
  readonly claims: Readonly<Record<string, unknown>>
}

/** The same once checked: nothing in it changes any more, and no list that lets somebody through is empty. */
export interface ResolvedNeeds {
  readonly scopes: readonly string[]
  readonly conditions: readonly Condition[]
}

/** The needs of all things of one kind. */
export interface NeedsByName {
  named(name: string): ResolvedNeeds
  /** Of a call that may be of any of them: of whichever the server makes it out to be, the needs are met. */
  readonly ofAny: ResolvedNeeds
}

/** Something that no consent gives. */
export interface Condition {
  isMet(caller: Permissions): boolean
  /** What is wanted, as it stands behind “needs” in a sentence; `undefined` where nobody may. */
  readonly wanted: string | undefined
}

const needsFields: Fields<Needs> = {
  scopes: listOf(text),
  roles: listOf(text),
  groups: listOf(text),
  claims: tableOf(listOf(text)),
  denied: truth,
}

export const needsShape = fields(needsFields)

const { roles, groups, claims } = needsFields
export const callersShape = fields<Callers>({ roles, groups, claims })

/** Of needs that have the shape of such. Throws `TypeError` for what cannot stand in them; `where` is what they belong to. */
export function resolveNeeds(needs: Needs, where: string): ResolvedNeeds {
  const { scopes = [], roles, groups, claims = {}, denied = false } = needs
  const wrong = scopes.find((scope) => !isScopeToken(scope))
  if (wrong !== undefined) throw new TypeError(`"${wrong}" in the scopes of ${where} is not a scope token`)
  return {
    scopes: [...new Set(scopes)],
    conditions: [
      ...(denied ? [{ isMet: () => false, wanted: undefined }] : []),
      ...(roles === undefined ? [] : [membership('roles', roles, where)]),
      ...(groups === undefined ? [] : [membership('groups', groups, where)]),
      ...Object.entries(claims).map(([name, values]) => claim(name, values, where)),
    ],
  }
}

/** Of what a caller is, whatever they ask for: no scopes, which belong to what is asked for. Throws `TypeError` for what cannot stand. */
export function resolveCallers(callers: Callers): ResolvedNeeds {
  return resolveNeeds(callers, 'callers')
}

/** Whether they ask for nothing. */
export function isNothing({ scopes, conditions }: ResolvedNeeds): boolean {
  return scopes.length === 0 && conditions.length === 0
}

/** What meets all of these. */
export function unionOf(all: readonly ResolvedNeeds[]): ResolvedNeeds {
  return {
    scopes: [...new Set(all.flatMap(({ scopes }) => scopes))],
    conditions: all.flatMap(({ conditions }) => conditions),
  }
}

/** The first condition that a caller does not meet. */
export function unmetCondition({ conditions }: ResolvedNeeds, caller: Permissions): Condition | undefined {
  return conditions.find((condition) => !condition.isMet(caller))
}

function membership(kind: 'roles' | 'groups', names: readonly string[], where: string): Condition {
  requireSome(names, `${kind} of ${where}`)
  const wanted = [...names]
  const words = names.length === 1 ? `the ${kind.slice(0, -1)} ${listed(names)}` : `one of the ${kind} ${listed(names)}`
  return { isMet: (caller) => wanted.some((name) => caller[kind].has(name)), wanted: words }
}

function claim(name: string, values: readonly string[], where: string): Condition {
  requireSome(values, `values of "${name}" of ${where}`)
  const wanted = new Set(values)
  return {
    isMet({ claims }) {
      const value = claimAt(claims, name)
      const had: readonly unknown[] = Array.isArray(value) ? value : [value]
      return had.some((each) => isPlain(each) && wanted.has(String(each)))
    },
    wanted: `"${name}" to be ${listed(values)}`,
  }
}

/** Nobody has one of none: whoever wrote that may as well have meant everybody. */
function requireSome(names: readonly string[], what: string): void {
  if (names.length === 0)
    throw new TypeError(`The ${what} are an empty list, which nobody could have one of; leave it out, or set "denied"`)
}

/** Configuration files write truth and numbers as text. */
function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}
