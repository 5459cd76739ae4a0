import type { CallExpression, Node } from '@babel/types'
import { calledName } from '../declared-app.ts'
import { type Edit, indentationAt, insert, insertAbove, styleOf } from '../edits.ts'
import { comparedPath } from '../endpoint-path.ts'
import { namesIn } from '../lines.ts'
import type { Place, Recipe, Unsure } from '../recipe.ts'
import { bare, declaredAs, isImported, lineOf, nodesOf, type Source, statementOf, textOf } from '../syntax.ts'

const framework = 'node:http'
const adapter = 'node'

/** `createServer(listener)`: the guard calls the listener for all that it lets through. */
export const nodeHttp: Recipe = {
  framework,
  adapter,
  find(source): Place | Unsure | undefined {
    const made = nodesOf(source.program, 'CallExpression').filter(({ node }) =>
      isImported(source, node.callee, ({ from, name }) => /^(?:node:)?https?$/.test(from) && name === 'createServer'),
    )
    const [first, second] = made
    if (first === undefined) return undefined
    const unsure = (why: string): Unsure => ({
      kind: 'unsure',
      framework,
      adapter,
      line: lineOf(source, first.node.start ?? 0),
      why,
    })
    if (second !== undefined) return unsure('there are several servers')
    const listener = first.node.arguments.at(-1)
    const statement = statementOf(first)
    if (listener === undefined || statement === undefined)
      return unsure('what listens is not given to the server there')
    if (isMcpListener(source, listener)) return alone(source, listener, statement)
    const wrapped = wrapListener(source, listener)
    if (wrapped === undefined) return unsure('its listener has no names for the request and the answer')
    return {
      kind: 'place',
      framework,
      adapter,
      edits({ lines, protect }) {
        const { guard } = namesIn(source)
        const { end } = styleOf(source)
        const indentation = indentationAt(source.text, statement.start ?? 0)
        const above = [...lines(indentation), `const ${guard} = ${protect()}${end}`, '']
        return [insertAbove(source, statement, above), ...wrapped]
      },
      path: comparedPath(source),
      notes: [],
    }
  },
}

/** The MCP server is all that there is: every path is guarded. */
function alone(source: Source, listener: Node, statement: Node): Place {
  return {
    kind: 'place',
    framework,
    adapter,
    edits({ lines, protect }) {
      const guarded = protect(textOf(source, listener))
      return [
        insertAbove(source, statement, lines(indentationAt(source.text, statement.start ?? 0))),
        { start: listener.start ?? 0, end: listener.end ?? 0, text: guarded },
      ]
    },
    path: { kind: 'found', path: '/mcp', further: [], isWhole: true },
    notes: [],
  }
}

/** What `toNodeHandler(createMcpHandler(…))` of the official SDK made. */
function isMcpListener(source: Source, listener: Node): boolean {
  const made = madeBy(source, listener)
  if (made === undefined || calledName(made.callee) !== 'toNodeHandler') return false
  const inner = made.arguments[0] === undefined ? undefined : madeBy(source, made.arguments[0])
  return inner !== undefined && calledName(inner.callee) === 'createMcpHandler'
}

/** The call that an expression, or the variable that it is, comes from. */
function madeBy(source: Source, node: Node): CallExpression | undefined {
  const inner = bare(node)
  const made = inner?.type === 'Identifier' ? declaredAs(source, inner.name) : inner
  return made?.type === 'CallExpression' ? made : undefined
}

/** An error of the guard ends the request: what it could not judge, nobody else gets. */
function wrapListener(source: Source, listener: Node): readonly Edit[] | undefined {
  const { guard } = namesIn(source)
  const { newline, end, indentation: step } = styleOf(source)
  const isFunction = listener.type === 'ArrowFunctionExpression' || listener.type === 'FunctionExpression'
  if (!isFunction)
    return listener.type === 'Identifier' || listener.type === 'MemberExpression'
      ? [
          {
            start: listener.start ?? 0,
            end: listener.end ?? 0,
            text: `(req, res) => ${guard}(req, res, (error) => (error ? res.writeHead(500).end() : ${textOf(source, listener)}(req, res)))`,
          },
        ]
      : undefined
  const [req, res] = listener.params
  if (req?.type !== 'Identifier' || res?.type !== 'Identifier') return undefined
  const { body, async: isAsync } = listener
  if (body.type !== 'BlockStatement') {
    const call = `${guard}(${req.name}, ${res.name}, (error) => (error ? ${res.name}.writeHead(500).end() : `
    return [insert(body.start ?? 0, call), insert(body.end ?? 0, '))')]
  }
  const outer = indentationAt(source.text, listener.start ?? 0)
  const open = (body.start ?? 0) + 1
  const begin = `${guard}(${req.name}, ${res.name}, ${isAsync ? 'async ' : ''}(error) => {`
  const refuse = `if (error) return void ${res.name}.writeHead(500).end()${end}`
  const outerAsync = /^async\s+/.exec(source.text.slice(listener.start ?? 0))?.[0].length ?? 0
  const notAsync = { start: listener.start ?? 0, end: (listener.start ?? 0) + outerAsync, text: '' }
  if (!textOf(source, body).includes('\n'))
    return [notAsync, insert(open, ` ${begin} ${refuse.replace(/;?$/, ';')}`), insert((body.end ?? 0) - 1, '}) ')]
  return [
    notAsync,
    insert(open, [`${newline}${outer}${step}${begin}`, `${outer}${step}${step}${refuse}`].join(newline)),
    ...deeper(source, body),
    insert((body.end ?? 0) - 1, `${step}})${end}${newline}${outer}`),
  ]
}

/** One step more of indentation for each line of a block, save for those within a text of several lines. */
function deeper(source: Source, body: Node): readonly Edit[] {
  const { indentation } = styleOf(source)
  const texts = nodesOf(body, 'TemplateLiteral').map(({ node }) => node)
  const edits: Edit[] = []
  const end = body.end ?? 0
  for (
    let at = source.text.indexOf('\n', body.start ?? 0) + 1;
    at > 0 && at < end;
    at = source.text.indexOf('\n', at) + 1
  ) {
    const isInText = texts.some(({ start, end: close }) => (start ?? 0) < at && at <= (close ?? 0))
    const isEmpty = /^\s*(?:\n|$)/.test(source.text.slice(at, source.text.indexOf('\n', at) + 1))
    const isLast = source.text.indexOf('\n', at) === -1 || source.text.indexOf('\n', at) >= end
    if (!isInText && !isEmpty && !isLast) edits.push(insert(at, indentation))
  }
  return edits
}
