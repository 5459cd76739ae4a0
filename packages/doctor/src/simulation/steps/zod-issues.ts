import { isObject } from './json-document.ts'

/**
 * The part of Zod 4 that the official SDK reads metadata with: what it accepts, and the text of its error, which clients show as it is.
 */
export type Rule = (value: unknown, path: Path) => readonly Issue[]

type Path = readonly (string | number)[]

/** Its fields are written in the order in which they are made. */
interface Issue {
  readonly expected?: string
  readonly code: 'invalid_type' | 'invalid_format' | 'custom'
  readonly format?: 'url'
  readonly fatal?: true
  readonly path: Path
  readonly message: string
}

export const text: Rule = (value, path) => (typeof value === 'string' ? [] : [wrongType('string', value, path)])

export const flag: Rule = (value, path) => (typeof value === 'boolean' ? [] : [wrongType('boolean', value, path)])

/** Read, and left out where it is wrong. */
export const anything: Rule = () => []

export const url: Rule = (value, path) => {
  if (typeof value !== 'string') return [wrongType('string', value, path)]
  return URL.canParse(value.trim()) ? [] : [notUrl(path)]
}

/** No scheme that would run code. */
export const safeUrl: Rule = (value, path) => {
  if (typeof value !== 'string') return [wrongType('string', value, path)]
  if (!URL.canParse(value.trim()))
    return [notUrl(path), { code: 'custom', message: 'URL must be parseable', fatal: true, path }]
  if (!dangerous.has(new URL(value.trim()).protocol)) return []
  return [{ code: 'custom', path, message: 'URL cannot use javascript:, data:, or vbscript: scheme' }]
}

export function optional(rule: Rule): Rule {
  return (value, path) => (value === undefined ? [] : rule(value, path))
}

export function list(rule: Rule): Rule {
  return (value, path) =>
    Array.isArray(value)
      ? value.flatMap((each, index) => rule(each, [...path, index]))
      : [wrongType('array', value, path)]
}

/** The message of the `ZodError`; `undefined` where the value is accepted. */
export function refusal(value: unknown, rules: Readonly<Record<string, Rule>>): string | undefined {
  const issues = isObject(value)
    ? Object.entries(rules).flatMap(([name, rule]) => rule(value[name], [name]))
    : [wrongType('object', value, [])]
  return issues.length === 0 ? undefined : JSON.stringify(issues, undefined, 2)
}

const dangerous = new Set(['javascript:', 'data:', 'vbscript:'])

function wrongType(expected: string, value: unknown, path: Path): Issue {
  const message = `Invalid input: expected ${expected}, received ${typeOf(value)}`
  return { expected, code: 'invalid_type', path, message }
}

function notUrl(path: Path): Issue {
  return { code: 'invalid_format', format: 'url', path, message: 'Invalid URL' }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
