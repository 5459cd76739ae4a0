import type { AccessToken } from '@portcullis/auth'
import { folderNameOf, longestFolderName } from './folder-name.ts'

/** A text with holes for what is known of the person, or of the environment of Portcullis. */
export type Template = readonly (string | Hole)[]

/** What a hole is filled with. */
export interface Hole {
  readonly of: 'subject' | 'clientId' | 'issuer' | 'claims' | 'env'
  /** Of the claim or the variable. */
  readonly name: string
}

/** Thrown where a hole cannot be filled; the message goes on from "The MCP server". Names alone stand in it, never a value. */
export class UnfilledHole extends Error {
  override readonly name = 'UnfilledHole'
}

/** What may stand in a hole. */
export const holesOfPerson = ['subject', 'clientId', 'issuer', 'claims.NAME'].map((name) => `\${${name}}`)
/** Beside them; but for the variables of Portcullis itself, where its secrets are. */
export const holeOfEnvironment = `\${${'env.NAME'}}`

/** Reads a template. `$${` stands for `${`. Throws `TypeError` with a message that goes on from the name of a setting. */
export function parseTemplate(text: string): Template {
  const parts: (string | Hole)[] = []
  let last = 0
  for (const match of text.matchAll(/\$\$\{|\$\{([^}]*)\}?/g)) {
    parts.push(text.slice(last, match.index))
    parts.push(match[0] === '$${' ? '${' : holeOf(match[0], match[1] ?? ''))
    last = match.index + match[0].length
  }
  return [...parts, text.slice(last)].filter((part) => part !== '')
}

/** Whether it says something of a person. */
export function isPersonal(template: Template): boolean {
  return template.some((part) => typeof part !== 'string' && part.of !== 'env')
}

/** The variables that it has, by name. */
export function variablesOf(template: Template): string[] {
  return template.flatMap((part) => (typeof part !== 'string' && part.of === 'env' ? [part.name] : []))
}

export interface Filling {
  /** `undefined` for a server that is nobody's. */
  accessToken: AccessToken | undefined
  environment: Readonly<Record<string, string | undefined>>
}

/**
 * Fills a template. What a person's sign-in says is data and nothing else: no control character, so many characters, and, by `as`, no option
 * (`argument`) and no way to another folder (`path`), which is one for each text. Throws `UnfilledHole`.
 */
export function fill(template: Template, filling: Filling, as: 'value' | 'argument' | 'path' = 'value'): string {
  const contents = template.map((part) => (typeof part === 'string' ? part : contentOf(part, filling, as)))
  const filled = contents.join('')
  const first = template[contents.findIndex((content) => content !== '')] // a variable that is empty stands before nothing
  if (as === 'argument' && typeof first === 'object' && first.of !== 'env' && filled.startsWith('-'))
    throw new UnfilledHole(`would get an argument that begins with "-" from ${shown(first)}, and take it for an option`)
  return filled
}

function holeOf(written: string, inside: string): Hole {
  const [, of, , name = ''] = /^(subject|clientId|issuer|claims|env)(\.(.+))?$/.exec(inside) ?? []
  const isWhole = written.endsWith('}') && (of === 'claims' || of === 'env') === (name !== '')
  if (of === undefined || !isWhole)
    throw new TypeError(
      `must have only ${holesOfPerson.join(', ')} and ${holeOfEnvironment} in braces, but has ${written}`,
    )
  if (of === 'env' && /^PORTCULLIS_/i.test(name))
    throw new TypeError(`must not have ${written}: what Portcullis is set up with is not for the MCP server`)
  return { of: of as Hole['of'], name } // one of those that the pattern names
}

function contentOf(hole: Hole, { accessToken, environment }: Filling, as: 'value' | 'argument' | 'path'): string {
  if (hole.of === 'env') {
    const value = environment[hole.name]
    if (value === undefined) throw new UnfilledHole(`needs the variable ${hole.name}, which Portcullis was not given`)
    return value
  }
  const value = accessToken === undefined ? undefined : ofPerson(hole, accessToken)
  if (value === undefined || value === '')
    throw new UnfilledHole(`needs ${shown(hole)}, which the access token of the person does not say`)
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
  if (typeof text !== 'string') throw new UnfilledHole(`needs ${shown(hole)} as one text, and it is none`)
  if (text.length > longest || /\p{Cc}|\p{Cs}/u.test(text))
    throw new UnfilledHole(`cannot take ${shown(hole)}: it is too long, or has control characters`)
  if (as === 'path' && (/[/\\]/.test(text) || /^\.{1,2}$/.test(text)))
    throw new UnfilledHole(`cannot take ${shown(hole)} for a folder: it leads to another`)
  return as === 'path' ? asFolder(text, hole) : text
}

function asFolder(text: string, hole: Hole): string {
  const name = folderNameOf(text)
  if (name.length > longestFolderName)
    throw new UnfilledHole(`cannot take ${shown(hole)} for a folder: it is too long for the name of one`)
  return name
}

function ofPerson(hole: Hole, { subject, clientId, issuer, claims }: AccessToken): unknown {
  switch (hole.of) {
    case 'subject':
      return subject
    case 'clientId':
      return clientId
    case 'issuer':
      return issuer
    default:
      return claimAt(claims, hole.name)
  }
}

/** A claim by its name, which may have dots of its own, or by the way to it. */
function claimAt(claims: unknown, name: string): unknown {
  if (typeof claims !== 'object' || claims === null) return undefined
  if (Object.hasOwn(claims, name)) return Reflect.get(claims, name)
  const at = name.indexOf('.')
  return at === -1 || !Object.hasOwn(claims, name.slice(0, at))
    ? undefined
    : claimAt(Reflect.get(claims, name.slice(0, at)), name.slice(at + 1))
}

function shown({ of, name }: Hole): string {
  return `\${${of}${name === '' ? '' : `.${name}`}}`
}

const longest = 4096
