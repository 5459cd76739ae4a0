import type { Exchange } from '../../evidence/exchange.ts'
import { isTooDeep } from '../../evidence/json-depth.ts'
import { readOnce } from '../../evidence/read-once.ts'

/** A body read as JSON, as `Response.json()` reads it. */
export type JsonDocument =
  | { readonly kind: 'value'; readonly value: unknown }
  /** `message`: what the parser of Node says. */
  | { readonly kind: 'not_json'; readonly message: string }
  /** The evidence has only its beginning. */
  | { readonly kind: 'cut_off' }
  | { readonly kind: 'no_answer' }

export const readJson = readOnce(documentIn)

function documentIn({ outcome }: Exchange): JsonDocument {
  if (outcome.kind === 'failure') return { kind: 'no_answer' }
  if (isTooDeep(outcome.body)) return { kind: 'not_json', message: 'nested too deep' }
  try {
    return { kind: 'value', value: JSON.parse(outcome.body.replace(byteOrderMark, '')) }
  } catch (error) {
    if (!outcome.isWhole) return { kind: 'cut_off' }
    return { kind: 'not_json', message: error instanceof Error ? error.message : String(error) }
  }
}

export type JsonObject = { readonly [name: string]: unknown }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The strings of a list; `undefined` where there is no list of strings. */
export function stringsIn(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined
}

/** The first of what should be a list, for clients that do not look whether it is one: of a string that is a letter. */
export function firstIn(list: unknown): string | undefined {
  return typeof list === 'string' || Array.isArray(list) ? stringIn(list[0]) : undefined
}

export function stringIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

const byteOrderMark = /^\uFEFF/
