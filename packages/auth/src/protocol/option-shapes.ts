import { nearest } from './nearest.ts'

/**
 * What options must be, for those who write JavaScript: every wrong one is a `TypeError` at construction that names it and says what is wanted.
 * Values are never told, since secrets are among them; numbers are.
 */
export type Shape = (value: unknown, path: string) => void

/** An option, and whether it must be there. */
export interface Field {
  shape: Shape
  isRequired: boolean
}

/** The shapes of all options of `Options`: one that is added there has to be added here. */
export type Fields<Options> = { readonly [Name in keyof Required<Options>]: Shape | Field }

export const text = kind('a string', (value) => typeof value === 'string')
export const truth = kind('true or false', (value) => typeof value === 'boolean')
export const number = kind('a number', (value) => typeof value === 'number')
export const func = kind('a function', (value) => typeof value === 'function')
export const bytes = kind('a Uint8Array', (value) => value instanceof Uint8Array)
const list = kind('a list', Array.isArray)
const object = kind('an object', isObject)

export function required(shape: Shape): Field {
  return { shape, isRequired: true }
}

export function listOf(shape: Shape): Shape {
  return (value, path) => {
    list(value, path)
    if (Array.isArray(value)) for (const [at, each] of value.entries()) shape(each, `${path}[${at}]`)
  }
}

/** An object whose names are its user's own. */
export function tableOf(shape: Shape): Shape {
  return (value, path) => {
    object(value, path)
    if (isObject(value))
      for (const [name, each] of Object.entries(value)) shape(each, `${path}[${JSON.stringify(name)}]`)
  }
}

/** Text, or what is written longer. */
export function textOr(longer: Shape): Shape {
  return (value, path) => {
    if (typeof value !== 'string') longer(value, path)
  }
}

export function listOr(shape: Shape, other: Shape): Shape {
  return (value, path) => (Array.isArray(value) ? listOf(shape) : other)(value, path)
}

/** An object with these names. `isOpen`: whether it may have others: it may be an instance of a class of the host's. */
export function fields<Options>(shapes: Fields<Options>, { isOpen = false }: { isOpen?: boolean } = {}): Shape {
  const known = Object.entries<Shape | Field>(shapes)
  return (value, path) => {
    object(value, path)
    if (!isObject(value)) return
    const under = (name: string) => (path === '' ? name : `${path}.${name}`)
    if (!isOpen)
      for (const name of Object.keys(value)) if (!Object.hasOwn(shapes, name)) throw unknown(name, shapes, under)
    for (const [name, each] of known) {
      const { shape, isRequired } = typeof each === 'function' ? { shape: each, isRequired: false } : each
      const given = Reflect.get(value, name)
      if (given === undefined && !isRequired) continue
      shape(given, under(name))
    }
  }
}

/** Throws `TypeError` for options that `caller` cannot take. */
export function requireShape(options: unknown, shape: Shape, caller: string): void {
  if (!isObject(options)) throw new TypeError(`${caller} wants an object of options, but was given ${nameOf(options)}`)
  shape(options, '')
}

function kind(wanted: string, fits: (value: unknown) => boolean): Shape {
  return (value, path) => {
    if (fits(value)) return
    throw new TypeError(
      value === undefined
        ? `"${path}" is missing: it must be ${wanted}`
        : `"${path}" must be ${wanted}, but is ${nameOf(value)}`,
    )
  }
}

function unknown(name: string, shapes: object, under: (name: string) => string): TypeError {
  const meant = nearest(name, Object.keys(shapes))
  const hint = meant === undefined ? '' : `; did you mean "${under(meant)}"?`
  return new TypeError(`"${under(name)}" is no option${hint}`)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nameOf(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number') return String(value)
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
