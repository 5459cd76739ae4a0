import type { Fact } from '../src/index.ts'

export interface Found {
  /** `challenge.firstRequest`, `notes.0`. */
  path: string
  fact: Fact<unknown>
}

/** Every fact of a profile. */
export function factsOf(node: object, prefix = ''): readonly Found[] {
  return Object.entries(node).flatMap(([key, child]) => {
    const path = `${prefix}${key}`
    if (typeof child !== 'object' || child === null) return []
    return 'sources' in child ? [{ path, fact: child as Fact<unknown> }] : factsOf(child, `${path}.`)
  })
}
