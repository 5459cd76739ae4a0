/** What the children write and the parent reads. */
export type FeedKinds = {
  head: { value: { position: number }; index: never }
  feed: { value: { process: number }; index: 'all' }
}

/** An id that sorts as its position does. */
export function positionId(position: number): string {
  return position.toString().padStart(9, '0')
}
