import { isScopeToken, type Scope } from '../protocol/scope.ts'
import { callsOf, type Messages } from './message.ts'

export interface ToolScopesOptions {
  /** What a call of a tool needs, by the tool's exact name. Default: no tool has a rule. */
  tools?: Readonly<Record<string, { readonly scopes: readonly string[] }>>
  /** What a call of a tool without a rule needs. Default: nothing beyond a valid access token. */
  defaultScopes?: readonly string[]
}

/** The scopes that `messages` need: the union over all calls, so that one challenge can name them all (RS-19). What is not `tools/call` needs none. */
export type ToolScopes = (messages: Messages) => Scope

/** Rules of scopes per tool. Throws `TypeError` for a scope that is not a scope token (RFC 6749 §3.3). */
export function createToolScopes({ tools = {}, defaultScopes = [] }: ToolScopesOptions): ToolScopes {
  // A Map, since a tool may be called "constructor".
  const rules = new Map(Object.entries(tools).map(([name, { scopes }]) => [name, scopesOf(scopes, name)]))
  const fallback = scopesOf(defaultScopes, 'defaultScopes')
  // Whichever tool the upstream makes out in a call whose name is no string, its scopes have been shown.
  const all = [...new Set([...fallback, ...[...rules.values()].flat()])]
  return (messages) => {
    const required = new Set<string>()
    for (const { method, name } of callsOf(messages)) {
      if (method !== 'tools/call') continue
      const scopes = name === undefined ? all : (rules.get(name) ?? fallback)
      for (const scope of scopes) required.add(scope)
    }
    return required
  }
}

function scopesOf(scopes: readonly string[], where: string): readonly string[] {
  const wrong = scopes.find((scope) => !isScopeToken(scope))
  if (wrong !== undefined) throw new TypeError(`"${wrong}" in the scopes of "${where}" is not a scope token`)
  return [...scopes]
}
