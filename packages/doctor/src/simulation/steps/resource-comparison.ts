import { sameIdentifier } from '@portcullis/auth/protocol'

/** How `resource` must relate to the URL that was typed. Both are absolute URLs. */
export type ResourceComparison = 'exact' | 'origin_and_path_prefix' | 'same_origin' | 'none'

export function isAcceptable(resource: string, typed: string, comparison: ResourceComparison): boolean {
  switch (comparison) {
    case 'exact':
      return sameIdentifier(resource, typed)
    case 'origin_and_path_prefix':
      return isWithin(new URL(typed), new URL(resource))
    case 'same_origin':
      return new URL(resource).origin === new URL(typed).origin
    case 'none':
      return true
    default:
      return comparison satisfies never
  }
}

/** `checkResourceAllowed` of the official SDK: a longer path in the metadata is refused, even by its slash. */
function isWithin(typed: URL, resource: URL): boolean {
  if (typed.origin !== resource.origin || typed.pathname.length < resource.pathname.length) return false
  return slashed(typed.pathname).startsWith(slashed(resource.pathname))
}

function slashed(path: string): string {
  return path.endsWith('/') ? path : `${path}/`
}
