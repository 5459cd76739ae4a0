import type { CallRules } from './call-rules.ts'
import { callsOf, type Messages } from './message.ts'
import type { Permissions } from './needs.ts'
import type { ListView } from './rewrite-list.ts'

/** The answer that a request gets. */
export interface ExpectedAnswer {
  /** What is asked for; `undefined` where nothing is posted. */
  messages: Messages | undefined
  /** Whether it is a stream that may bring what other requests asked for: one that is resumed, or that of an old client (HTTP+SSE). */
  isStream: boolean
  /**
   * The scopes that tools say they need beside their own, for a client that asks for just what tools say, so that it does not lose them; `undefined` for
   * one that does not read what they say.
   */
  basics: readonly string[] | undefined
}

/** What a caller sees of the lists in an answer; `undefined` where it brings none, and goes on as it is. */
export function listViewOf(
  rules: CallRules,
  { messages, isStream, basics }: ExpectedAnswer,
  caller: Permissions,
): ListView | undefined {
  const isAskedFor = messages !== undefined && callsOf(messages).some(({ method }) => lists.has(method))
  if (!isAskedFor && !isStream) return undefined
  return {
    shows: (kind, name) => rules.shows(kind, name, caller),
    scopesToTell(tool) {
      const scopes = basics === undefined ? [] : rules.scopesOfTool(tool)
      return scopes.length === 0 ? undefined : [...new Set([...(basics ?? []), ...scopes])]
    },
  }
}

const lists = new Set(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'])
