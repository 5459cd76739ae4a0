/** Sets of strings, each found by a key and kept in code unit order. */
export interface OrderedSets {
  add(key: string, member: string): void
  remove(key: string, member: string): void
  /** The members of the set greater than `after`; all of them where it is `undefined`. */
  after(key: string, after: string | undefined): Iterable<string>
}

export function createOrderedSets(): OrderedSets {
  const sets = new Map<string, string[]>()

  return {
    add(key, member) {
      const members = sets.get(key)
      if (members === undefined) {
        sets.set(key, [member])
        return
      }
      const place = placeOf(members, member)
      if (members[place] !== member) members.splice(place, 0, member)
    },

    remove(key, member) {
      const members = sets.get(key) ?? []
      const place = placeOf(members, member)
      if (members[place] !== member) return
      members.splice(place, 1)
      if (members.length === 0) sets.delete(key)
    },

    *after(key, after) {
      const members = sets.get(key) ?? []
      let place = after === undefined ? 0 : placeOf(members, after)
      if (members[place] === after) place += 1
      for (; place < members.length; place += 1) {
        const member = members[place]
        if (member !== undefined) yield member
      }
    },
  }
}

/** How many of the members are less than `member`; `<` on strings is code unit order. */
function placeOf(members: readonly string[], member: string): number {
  let low = 0
  let high = members.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((members[middle] ?? '') < member) low = middle + 1
    else high = middle
  }
  return low
}
