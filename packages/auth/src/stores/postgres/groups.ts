import { PostgresTimeoutError } from './pool.ts'

export interface GroupsOptions<Item> {
  /** How many groups may be under way at once. With one, items are answered in the order in which they were asked. */
  atOnce: number
  /** A group takes no further item beyond so much in all. */
  most: number
  /** How much one item is. Default: each is 1. */
  sizeOf?: (item: Item) => number
}

/** Asks for one item; it goes with others that wait as one group. */
export type AskInGroup<Item, Answer> = (item: Item) => Promise<Answer>

/**
 * Asks for what comes in one turn of the event loop, and while earlier groups are under way, in one query: the more there is to do, the fewer
 * queries each takes. `run` gives an answer for each item in turn; where it rejects, all of the group are.
 */
export function createGroups<Item, Answer>(
  run: (items: readonly Item[]) => Promise<readonly (Answer | Failed)[]>,
  { atOnce, most, sizeOf = () => 1 }: GroupsOptions<Item>,
): AskInGroup<Item, Answer> {
  const waiting: Job<Item, Answer>[] = []
  let underWay = 0
  let isCalled = false

  function call(): void {
    if (isCalled || waiting.length === 0 || underWay >= atOnce) return
    isCalled = true
    setImmediate(() => {
      isCalled = false
      while (waiting.length > 0 && underWay < atOnce) void send(takeGroup())
    })
  }

  function takeGroup(): readonly Job<Item, Answer>[] {
    let size = 0
    const end = waiting.findIndex(({ item }, nth) => {
      size += sizeOf(item)
      return nth > 0 && size > most
    })
    return waiting.splice(0, end === -1 ? waiting.length : end)
  }

  async function send(group: readonly Job<Item, Answer>[]): Promise<void> {
    underWay += 1
    try {
      const answers = await run(group.map(({ item }) => item))
      for (const [nth, job] of group.entries()) settle(job, answers[nth])
    } catch (cause) {
      // Those that waited all the while are not made to wait as long again.
      const failed = cause instanceof PostgresTimeoutError ? [...group, ...waiting.splice(0)] : group
      for (const job of failed) job.reject(cause)
    }
    underWay -= 1
    call()
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      call()
    })
}

/** What stands in the place of an answer where one item of a group failed alone. */
export class Failed {
  readonly cause: unknown

  constructor(cause: unknown) {
    this.cause = cause
  }
}

interface Job<Item, Answer> {
  readonly item: Item
  resolve(answer: Answer): void
  reject(cause: unknown): void
}

function settle<Item, Answer>(job: Job<Item, Answer>, answer: Answer | Failed | undefined): void {
  if (answer instanceof Failed) job.reject(answer.cause)
  else job.resolve(answer as Answer) // `run` gave one for each item; where that is nothing, `Answer` allows it
}
