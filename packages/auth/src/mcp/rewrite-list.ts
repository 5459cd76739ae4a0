import { elementsAt, type Member, membersAt, type Span, skipSpace } from './json-spans.ts'
import type { TargetKind } from './target.ts'

/** What one caller sees of lists. */
export interface ListView {
  shows(kind: TargetKind, name: string): boolean
  /** The scopes that a tool says it needs (`securitySchemes`), where it does not say so itself; `undefined` for one that says nothing. */
  scopesToTell(tool: string): readonly string[] | undefined
}

/**
 * JSON-RPC answers as `view` shows their lists. Everything else stays byte for byte as it is, numbers included that JavaScript cannot hold; a list
 * that is one caller's is private to caches. What is no JSON stays as it is.
 */
export function rewriteLists(text: string, view: ListView): string {
  if (!mayList(text) || !isJson(text)) return text
  const start = skipSpace(text, 0)
  const messages = text[start] === '[' ? elementsAt(text, start) : [{ start, end: text.length }]
  const results = messages.flatMap((message) => membersAt(text, message.start).filter(({ key }) => key === 'result'))
  const edits = results.flatMap((result) =>
    membersAt(text, result.start).flatMap((member) => editsOf(text, member, view)),
  )
  return edited(text, edits)
}

/** A piece of the text, and what stands there instead. */
interface Edit extends Span {
  readonly text: string
}

const listed: ReadonlyMap<string, { kind: TargetKind; nameKey: string }> = new Map([
  ['tools', { kind: 'tool', nameKey: 'name' }],
  ['prompts', { kind: 'prompt', nameKey: 'name' }],
  ['resources', { kind: 'resource', nameKey: 'uri' }],
  ['resourceTemplates', { kind: 'resource', nameKey: 'uriTemplate' }],
])

/** Most of what a stream brings has none. */
function mayList(text: string): boolean {
  return /"(?:tools|prompts|resources|resourceTemplates)"|\\u/.test(text)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function editsOf(text: string, member: Member, view: ListView): readonly Edit[] {
  if (member.key === 'cacheScope') return [{ ...member, text: '"private"' }]
  const list = listed.get(member.key)
  if (list === undefined || text[member.start] !== '[') return []
  const kept = elementsAt(text, member.start).flatMap((element) => {
    const name = nameIn(text, element, list.nameKey)
    if (name === undefined) return [text.slice(element.start, element.end)]
    if (!view.shows(list.kind, name)) return []
    const scopes = list.kind === 'tool' ? view.scopesToTell(name) : undefined
    return [scopes === undefined ? text.slice(element.start, element.end) : withScopes(text, element, scopes)]
  })
  return [{ ...member, text: `[${kept.join(',')}]` }]
}

/** The last one counts, as for `JSON.parse`. */
function nameIn(text: string, element: Span, nameKey: string): string | undefined {
  const member = membersAt(text, element.start).findLast(({ key }) => key === nameKey)
  const name: unknown = member && JSON.parse(text.slice(member.start, member.end))
  return typeof name === 'string' ? name : undefined
}

/** A tool that says which scopes it needs, in both places where ChatGPT looks (https://developers.openai.com/apps-sdk/reference, 2026-11). */
function withScopes(text: string, element: Span, scopes: readonly string[]): string {
  const members = membersAt(text, element.start)
  const tool = text.slice(element.start, element.end)
  if (members.some(({ key }) => key === 'securitySchemes')) return tool
  const schemes = `"securitySchemes":${JSON.stringify([{ type: 'oauth2', scopes }])}`
  const meta = members.find(({ key, start }) => key === '_meta' && text[start] === '{')
  if (meta === undefined) return `{${schemes},"_meta":{${schemes}},${tool.slice(1)}`
  const inside = membersAt(text, meta.start)
  if (inside.some(({ key }) => key === 'securitySchemes')) return `{${schemes},${tool.slice(1)}`
  const at = meta.start - element.start + 1
  return `{${schemes},${tool.slice(1, at)}${schemes}${inside.length === 0 ? '' : ','}${tool.slice(at)}`
}

function edited(text: string, edits: readonly Edit[]): string {
  let from = 0
  let result = ''
  for (const edit of edits) {
    result += text.slice(from, edit.start) + edit.text
    from = edit.end
  }
  return result + text.slice(from)
}
