import type { Node } from '@babel/types'
import type { DeclaredApp } from '../declared-app.ts'
import { calledName } from '../declared-app.ts'
import { chosenPath } from '../endpoint-path.ts'
import type { Project } from '../project.ts'
import type { PathFound } from '../recipe.ts'
import { nodesOf, type Source, stringIn } from '../syntax.ts'

/** What the controllers of the application say, in whichever file they stand, behind its global prefix. */
export function nestPath(main: Source, _: DeclaredApp, { sources }: Project): PathFound {
  const calls = nodesOf(main.program, 'CallExpression')
  if (calls.some(({ node }) => calledName(node.callee) === 'enableVersioning'))
    return { kind: 'unsure', why: 'its versioning puts something in front of paths' }
  const prefixes = calls.flatMap(({ node: { callee, arguments: given } }) =>
    calledName(callee) === 'setGlobalPrefix' ? [given] : [],
  )
  const [given] = prefixes
  const prefix = given === undefined ? '' : stringIn(given[0])
  if (prefix === undefined || prefixes.length > 1 || (given?.length ?? 0) > 1)
    return { kind: 'unsure', why: 'its global prefix is not written out' }
  return chosenPath(sources.flatMap(controlledPaths).map((path) => joined(prefix, path)))
}

function controlledPaths(source: Source): readonly string[] {
  return nodesOf(source.program, 'ClassDeclaration').flatMap(({ node: { decorators, body } }) => {
    const controlled = argumentOf(decorators, /^Controller$/)
    if (controlled === undefined) return []
    return body.body.flatMap((member) => {
      if (member.type !== 'ClassMethod') return []
      const routed = argumentOf(member.decorators, /^(?:All|Get|Post|Put|Delete)$/)
      return routed === undefined ? [] : [joined(controlled, routed)]
    })
  })
}

/** What a decorator is given: nothing is an empty path. `undefined` where there is no such decorator, or its path cannot be read. */
function argumentOf(decorators: readonly Node[] | null | undefined, name: RegExp): string | undefined {
  for (const decorator of decorators ?? []) {
    if (decorator.type !== 'Decorator' || decorator.expression.type !== 'CallExpression') continue
    const { callee, arguments: given } = decorator.expression
    if (name.test(calledName(callee))) return given.length === 0 ? '' : stringIn(given[0])
  }
  return undefined
}

function joined(...parts: readonly string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`
}
