import { type JsonObject, stringsIn } from './json-document.ts'

/** Whether `serde` takes these fields for `Option<String>`. */
export function areStrings(document: JsonObject, names: readonly string[]): boolean {
  return names.every(
    (name) => document[name] === undefined || document[name] === null || typeof document[name] === 'string',
  )
}

/** Whether it takes these for `Option<Vec<String>>`. */
export function areLists(document: JsonObject, names: readonly string[]): boolean {
  return names.every(
    (name) => document[name] === undefined || document[name] === null || stringsIn(document[name]) !== undefined,
  )
}
