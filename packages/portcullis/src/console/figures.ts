import { countGrants } from '../administration/grants.ts'
import type { Administration } from '../administration/operation.ts'
import { countUsers } from '../administration/users.ts'

/** What the overview counts for which all that there is has to be read. */
export interface Figures {
  people: number
  grants: number
}

/** Seconds for which a count is shown again: a page that is live is asked for at each change, by everybody who looks at it. */
const freshFor = 5

const counted = new WeakMap<Administration, { at: number; figures: Promise<Figures> }>()

/** The counts as they were a few seconds ago at the most. */
export function figuresOf(administration: Administration): Promise<Figures> {
  const at = administration.now()
  const before = counted.get(administration)
  if (before !== undefined && at - before.at < freshFor) return before.figures
  const figures = count(administration)
  counted.set(administration, { at, figures })
  figures.catch(() => counted.delete(administration))
  return figures
}

async function count({ store, configuration }: Administration): Promise<Figures> {
  const { clients: configured, privileges } = configuration
  return {
    people: await countUsers({ store }),
    grants: await countGrants({ store, configured }, Object.keys(privileges)),
  }
}
