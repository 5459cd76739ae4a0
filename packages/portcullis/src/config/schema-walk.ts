import { schema } from './schema.ts'

/** The names that a section may have; empty where any name may stand. */
export function namesAt(path: readonly PropertyKey[]): readonly string[] {
  return Object.keys(shapeOf(unwrap(typeAt(path))) ?? {})
}

/** The names that may stand at `path` where it is a section, or may be one. */
export function namesWithin(path: readonly PropertyKey[]): readonly string[] {
  const alternatives = definitionOf(unwrap(typeAt(path)))
  if (alternatives === undefined || !('options' in alternatives) || !Array.isArray(alternatives.options))
    return namesAt(path)
  return alternatives.options.flatMap((option) => Object.keys(shapeOf(unwrap(option)) ?? {}))
}

/** What the setting at `path` means, as the schema describes it. */
export function descriptionAt(path: readonly PropertyKey[]): string {
  const type = typeAt(path)
  const description = typeof type === 'object' && type !== null && 'description' in type ? type.description : undefined
  return typeof description === 'string' ? description : ''
}

/** What stands where the setting at `path` is not given, as a file would have it; `undefined` where that follows from other settings. */
export function defaultAt(path: readonly PropertyKey[]): unknown {
  const [last, ...before] = [...path].reverse()
  const section = unwrap(typeAt(before.reverse()))
  const definition = definitionOf(last === undefined ? section : childOf(section, last))
  return definition !== undefined && 'defaultValue' in definition ? definition.defaultValue : undefined
}

/** The values of which the setting at `path` is one; empty where it may be others. */
export function choicesAt(path: readonly PropertyKey[]): readonly string[] {
  const definition = definitionOf(unwrap(typeAt(path)))
  return definition !== undefined && 'entries' in definition ? Object.keys(definition.entries ?? {}) : []
}

function definitionOf(type: unknown): object | undefined {
  if (typeof type !== 'object' || type === null || !('def' in type)) return undefined
  return type.def as object // how zod describes a type
}

function typeAt(path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((type, name) => childOf(unwrap(type), name), schema)
}

/** What is inside the wrappers for defaults and options. */
function unwrap(type: unknown): unknown {
  let inner = type
  while (typeof inner === 'object' && inner !== null && 'unwrap' in inner && typeof inner.unwrap === 'function') {
    if ('element' in inner) return inner // a list, which "unwraps" to its items
    inner = inner.unwrap()
  }
  return inner
}

function childOf(type: unknown, name: PropertyKey): unknown {
  const shape = shapeOf(type)
  if (shape !== undefined) return shape[String(name)]
  return typeof type === 'object' && type !== null && 'valueType' in type ? type.valueType : undefined
}

function shapeOf(type: unknown): Record<string, unknown> | undefined {
  if (typeof type !== 'object' || type === null || !('shape' in type)) return undefined
  return type.shape as Record<string, unknown> // a ZodObject's shape
}
