import type { Parameters } from '../../protocol/parameters.ts'
import { expandScope } from '../../protocol/scope.ts'
import type { Target } from '../grants/target.ts'
import { describeOpenidScope, isOpenidScope } from '../openid/scopes.ts'
import type { ConsentRequest, ConsentScope } from './interaction.ts'
import { notOurForm } from './own-form.ts'

/** The hidden field by which a page says that what is not ticked is not granted. */
const choiceField = 'scope_choice'
const choiceValue = 'ticked'

/** Whether a parameter is of the form alone: a client that sent it would answer for the person. */
export function isOfChoice(name: string): boolean {
  return name === choiceField || /^scope_allowed_\d+$/.test(name)
}

/** What the page shows of a scope, and by which fields the person may leave some of it out. */
export function choiceOf(
  scope: readonly string[],
  { resource }: Target,
  problem: ConsentRequest['problem'],
): Pick<ConsentRequest, 'scopes' | 'problem'> & Pick<ConsentRequest['form'], 'choice'> {
  const ofResource = scope.filter((token) => !isOpenidScope(token))
  const scopes = scope.map((token, at): ConsentScope => {
    const isFixed = token === 'openid' || (ofResource.length === 1 && token === ofResource[0])
    return {
      token,
      description: resource.scopes[token] ?? describeOpenidScope(token) ?? token,
      brings: scope.filter((other) => other !== token && expandScope([token], resource.hierarchy).has(other)),
      ...(!isFixed && { field: fieldAt(at) }),
      isTicked: isFixed || problem === undefined,
    }
  })
  const isChoice = scopes.some(({ field }) => field !== undefined)
  return {
    scopes,
    ...(problem !== undefined && { problem }),
    ...(isChoice && { choice: [choiceField, choiceValue] }),
  }
}

/**
 * What the person left of `scope`, with what it brings; all of it where the page let them choose nothing, `undefined` where nothing is left of what the
 * resource has: a token of it would still be one for the resource. Throws `AuthorizationRefusedError` where more is ticked than was asked.
 */
export function chosenScope(
  posted: Parameters,
  scope: readonly string[],
  target: Target,
): readonly string[] | undefined {
  const { scopes } = choiceOf(scope, target, undefined)
  const fields = new Map(scopes.map(({ field, token }) => [field, token]))
  const ticked = [...posted].filter(([name]) => isOfChoice(name) && name !== choiceField)
  for (const [name, token] of ticked)
    if (fields.get(name) !== token) throw notOurForm('wrong_form', 'This form allows something that was not asked for')
  const choice = posted.get(choiceField)
  if (choice === undefined && ticked.length === 0) return scope
  if (choice !== choiceValue) throw notOurForm('wrong_form', 'This form does not say what is allowed')
  const kept = new Set(scopes.flatMap(({ field, token }) => (field === undefined || posted.has(field) ? [token] : [])))
  const withBrought = expandScope(kept, target.resource.hierarchy)
  const chosen = scope.filter((token) => withBrought.has(token))
  const isAnyOfResource = (tokens: readonly string[]) => tokens.some((token) => !isOpenidScope(token))
  return isAnyOfResource(chosen) === isAnyOfResource(scope) && chosen.length > 0 ? chosen : undefined
}

function fieldAt(at: number): string {
  return `scope_allowed_${at}`
}
