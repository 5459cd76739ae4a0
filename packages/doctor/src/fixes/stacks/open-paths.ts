import type { FixContext } from '../change.ts'

/** The paths that everybody must reach who is not signed in yet, as far as they can be written into the rules of a router as they stand. */
export function openPaths({ path, signInPaths }: FixContext): readonly string[] {
  return [path, ...signInPaths].filter((each) => /^[\w/-]+$/.test(each))
}

/** The same in a list of JavaScript, where every path may stand. */
export function quotedPaths({ path, signInPaths }: FixContext): string {
  return [path, ...signInPaths].map((each) => `'${each}'`).join(', ')
}

/** The test of a path as it came: `/.well-known/../admin` is `/admin` to whoever behind the guard reads it anew, as files and proxies do. */
export function isPublic(asked: string, context: FixContext): string {
  return `/^\\/\\.well-known\\/(?!.*(\\.\\.|%|\\\\))/.test(${asked}) || [${quotedPaths(context)}].includes(${asked})`
}
