/** A copy that nobody can change: what was configured stays as it was checked. */
export function frozenList<Item>(items: readonly Item[]): readonly Item[] {
  return Object.freeze([...items])
}
