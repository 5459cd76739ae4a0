import { formatPath } from './problems.ts'
import { schema } from './schema.ts'
import { namesAt } from './schema-walk.ts'
import type { Source } from './sources.ts'

/** Every setting by its path: a section's own settings each, a list or a table as a whole. */
export function settingPaths(): readonly (readonly string[])[] {
  const below = (path: readonly string[]): (readonly string[])[] => {
    const names = namesAt(path)
    return names.length === 0 ? [path] : names.flatMap((name) => below([...path, name]))
  }
  return Object.keys(schema.unwrap().shape).flatMap((name) => below([name]))
}

/** Where each setting was set that is not at its default: `portcullis.yaml:3`, `--port`, `PORTCULLIS_LISTEN_PORT`. Later sources go before. */
export function placesOf(
  sources: readonly Source[],
  valueAt: (settings: unknown, path: readonly PropertyKey[]) => unknown,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    settingPaths().flatMap((path) => {
      const source = sources.findLast((each) => valueAt(each.settings, path) !== undefined)
      return source === undefined ? [] : [[formatPath(path), source.placeOf(path)]]
    }),
  )
}
