import type { Configuration } from '../config/configuration.ts'
import { isPostgresUrl, withoutPassword } from '../config/database-url.ts'
import { formatPath } from '../config/problems.ts'
import { settingPaths } from '../config/setting-sources.ts'
import type { StdioSetting } from '../config/upstream-schema.ts'
import { redactedUpstream } from '../gateway/shown-upstream.ts'
import { redactTarget } from '../operations/redact.ts'

/** One setting as it is in force. */
export interface ShownSetting {
  /** As it stands in the configuration file: `listen.port`. */
  name: string
  /** In seconds and bytes where it is a duration or a size; absent where it is not set and has no default. */
  value?: unknown
  /** Where it was set. Absent: it is the default. */
  setAt?: string
}

/** Every setting, in the order of the reference page. */
export function settingsInForce(configuration: Configuration): ShownSetting[] {
  const shown = shownConfiguration(configuration)
  return settingPaths().map((path) => {
    const name = formatPath(path)
    const value = path.reduce<unknown>(childOf, shown)
    const setAt = configuration.setAt[name]
    return { name, ...(value !== undefined && { value }), ...(setAt !== undefined && { setAt }) }
  })
}

function childOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
}

/** All of a configuration as people may see it (law 11). */
export function shownConfiguration(configuration: Configuration): unknown {
  return shownValue(configuration)
}

/** A value as people may see it: URLs of others may have a key in their query, or a password before their host (law 11). */
function shownValue(value: unknown): unknown {
  if (typeof value === 'string' && isPostgresUrl(value)) return withoutPassword(value)
  if (typeof value === 'string')
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? redactTarget(value).replace(/\/\/[^/?#]*@/, '//[redacted]@') : value
  if (Array.isArray(value)) return value.map(shownValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      shownValue(name === 'upstream' && isProgram(inner) ? redactedUpstream(inner) : inner),
    ]),
  )
}

/** Of a program, arguments and environment may have keys too. */
function isProgram(upstream: unknown): upstream is StdioSetting {
  return typeof upstream === 'object' && upstream !== null && 'command' in upstream
}
