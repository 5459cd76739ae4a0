import type { Source } from '../../packages/clients/src/profile.ts'

/** A source as a link of `docs/clients.md`, with its day. */
export function linkOf({ reference, date }: Source): string {
  const [, recording] = /^recording:(.+)$/.exec(reference) ?? []
  if (recording !== undefined)
    return `[recording ${recording}](../packages/clients/recordings/${recording}.json), ${date}`
  const [, source] = /^source:(.+)$/.exec(reference) ?? []
  if (source !== undefined) return `\`${source}\`, ${date}`
  return `[${labelOf(new URL(reference))}](${reference}), ${date}`
}

function labelOf({ host, pathname }: URL): string {
  const [, repository, kind, rest = ''] = /^\/([^/]+\/[^/]+)\/(issues|pull|blob|tree)\/(.+)$/.exec(pathname) ?? []
  if (host !== 'github.com' || repository === undefined) return `${host}${pathname.replace(/\/$/, '')}`
  return kind === 'issues' || kind === 'pull' ? `${repository}#${rest}` : `${repository} ${rest.split('/').at(-1)}`
}
