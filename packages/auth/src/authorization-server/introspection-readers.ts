import { findTarget } from './grants/target.ts'
import type { ResolvedResource } from './protected-resource.ts'

/** A resource server that may introspect the tokens of one resource (RFC 7662). */
export interface IntrospectionReader {
  /** The resource whose tokens it may ask about: one of `resources`. */
  resource: string
  /** What it shows as a Bearer token: at least 32 characters of visible ASCII. */
  secret: string
}

/** Throws `TypeError` for a reader that cannot stand. */
export function resolveIntrospectionReaders(
  readers: readonly IntrospectionReader[],
  resources: readonly ResolvedResource[],
): readonly { resource: ResolvedResource; secret: string }[] {
  return Object.freeze(readers.map((reader) => resolveReader(reader, resources)))
}

function resolveReader({ resource, secret }: IntrospectionReader, resources: readonly ResolvedResource[]) {
  const target = findTarget(resource, resources)
  if (target === undefined)
    throw new TypeError(`"introspectionReaders" names "${resource}", which is none of "resources"`)
  if (!/^[\x21-\x7E]{32,}$/.test(secret))
    throw new TypeError(
      'each secret of "introspectionReaders" must have at least 32 characters, all of them visible ASCII',
    )
  return Object.freeze({ resource: target.resource, secret })
}
