import { calledName } from '../declared-app.ts'
import { indentationAt, insert, insertAbove, styleOf } from '../edits.ts'
import { chosenPath } from '../endpoint-path.ts'
import type { PathFound, Recipe } from '../recipe.ts'
import { type bare, isImported, lineOf, nodesOf, propertyOf, type Source, statementOf, stringIn } from '../syntax.ts'

const framework = 'FastMCP'
const adapter = 'fastmcp'

/** `new FastMCP({ … })` is made within `protect`, and gets `authenticate` from it. */
export const fastmcp: Recipe = {
  framework,
  adapter,
  find(source) {
    const made = nodesOf(source.program, 'NewExpression').filter(({ node }) =>
      isImported(source, node.callee, ({ from, name }) => from.startsWith('fastmcp') && name === 'FastMCP'),
    )
    const [first, second] = made
    if (first === undefined || isStdioAlone(source)) return undefined
    const { node } = first
    const unsure = (why: string) =>
      ({ kind: 'unsure', framework, adapter, line: lineOf(source, node.start ?? 0), why }) as const
    if (second !== undefined) return unsure('there are several FastMCP servers')
    const [given] = node.arguments
    if (given?.type !== 'ObjectExpression') return unsure('its options are not written out there')
    if (propertyOf(given, 'authenticate') !== undefined || propertyOf(given, 'auth') !== undefined)
      return unsure('it has an "authenticate" of its own already, which protect(…) would replace')
    const statement = statementOf(first)
    if (statement === undefined) return unsure('it is made in the middle of something')
    return {
      kind: 'place',
      framework,
      adapter,
      edits({ lines, protect }) {
        const [before, behind] = protect('\0').split('\0')
        return [
          insertAbove(source, statement, lines(indentationAt(source.text, statement.start ?? 0))),
          insert(node.start ?? 0, `${before}(authenticate) => `),
          authenticateIn(source, given),
          insert(node.end ?? 0, behind ?? ''),
        ]
      },
      path: pathOf(source),
      notes: isStateless(source)
        ? []
        : [
            'Start it with httpStream: { …, stateless: true } if you can: with sessions, FastMCP 3 tells tools of the token that opened one, and not of the newest.',
          ],
    }
  },
}

/** As the last of the options, written as they are. */
function authenticateIn(source: Source, given: Extract<ReturnType<typeof bare>, { type: 'ObjectExpression' }>) {
  const { text } = source
  const last = given.properties.at(-1)
  if (last === undefined) return insert((given.start ?? 0) + 1, ' authenticate ')
  const isOneLine = !text.slice(given.start ?? 0, given.end ?? 0).includes('\n')
  if (isOneLine) return insert(last.end ?? 0, ', authenticate')
  const { newline } = styleOf(source)
  const line = `${newline}${indentationAt(text, last.start ?? 0)}authenticate`
  const behind = /^\s*,/.exec(text.slice(last.end ?? 0))
  return behind === null ? insert(last.end ?? 0, `,${line}`) : insert((last.end ?? 0) + behind[0].length, `${line},`)
}

/** What `start` is told, or what FastMCP takes by itself. */
function pathOf(source: Source): PathFound {
  const streams = startOptions(source)
  const endpoints = streams.map((stream) => propertyOf(stream, 'endpoint')).filter((each) => each !== undefined)
  if (endpoints.length === 0) return { kind: 'found', path: '/mcp', further: [] }
  const [path] = endpoints.map(stringIn)
  return path === undefined ? { kind: 'unsure', why: 'its "endpoint" is not written out' } : chosenOrGiven(path)
}

function chosenOrGiven(path: string): PathFound {
  return /^(?:\/[\w.~-]+)+$/.test(path) ? { kind: 'found', path, further: [] } : chosenPath([path])
}

function isStateless(source: Source): boolean {
  return startOptions(source).some((stream) => propertyOf(stream, 'stateless') !== undefined)
}

/** Without HTTP there are no tokens: `start()` takes standard streams where it is not told otherwise. */
function isStdioAlone(source: Source): boolean {
  const types = startCalls(source).map(({ arguments: [given] }) => propertyOf(given, 'transportType'))
  return types.length > 0 && types.every((type) => type === undefined || stringIn(type) === 'stdio')
}

function startOptions(source: Source) {
  return startCalls(source).flatMap(({ arguments: [given] }) => propertyOf(given, 'httpStream') ?? [])
}

function startCalls(source: Source) {
  const calls = nodesOf(source.program, 'CallExpression').map(({ node }) => node)
  return calls.filter(({ callee }) => callee.type === 'MemberExpression' && calledName(callee) === 'start')
}
