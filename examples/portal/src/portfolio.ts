import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'

/** What people keep here, for pages and tools alike. */
export const holding = z.object({
  symbol: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z0-9.-]{1,12}$/, 'a ticker symbol, such as BHP.AX')
    .describe('The ticker symbol, such as BHP.AX'),
  units: z.coerce.number().min(0).max(1e12).describe('How many; 0 takes it out'),
})
export type Holding = z.infer<typeof holding>

export interface Portfolios {
  list(userId: string): readonly Holding[]
  /** Sets how many somebody holds; 0 takes it out. */
  set(userId: string, holding: Holding): void
}

export function createPortfolios(database: DatabaseSync): Portfolios {
  const list = database.prepare('SELECT symbol, units FROM holdings WHERE user_id = ? ORDER BY symbol LIMIT 500')
  const put = database.prepare(
    'INSERT INTO holdings (user_id, symbol, units) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET units = excluded.units',
  )
  const remove = database.prepare('DELETE FROM holdings WHERE user_id = ? AND symbol = ?')
  return {
    list: (userId) => list.all(userId).map(({ symbol, units }) => ({ symbol: String(symbol), units: Number(units) })),
    set(userId, { symbol, units }) {
      if (units === 0) remove.run(userId, symbol)
      else put.run(userId, symbol, units)
    },
  }
}
