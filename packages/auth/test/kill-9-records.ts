/** What the child writes and the parent looks for. */
export type KillKinds = {
  left: { value: Half; index: 'writer' }
  right: { value: Half; index: 'writer' }
  tally: { value: { turns: number }; index: never }
}

interface Half {
  turn: number
  filling: string
}

export const writers = ['a', 'b', 'c', 'd', 'e', 'f'] as const

/** The id of both halves of a turn; it sorts as the turns do. */
export function halfId(writer: string, turn: number): string {
  return `${writer}-${turn.toString().padStart(9, '0')}`
}
