import { bigint, doublePrecision, foreignKey, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

// Columns that are sorted or compared have COLLATE "C" in the migration, which Drizzle's schema cannot say.

export const entries = pgTable(
  'portcullis_entries',
  {
    kind: text().notNull(),
    id: text().notNull(),
    version: bigint({ mode: 'number' }).notNull(),
    value: text().notNull(),
    expiresAt: doublePrecision('expires_at'),
  },
  (table) => [primaryKey({ columns: [table.kind, table.id] }), index().on(table.expiresAt)],
)

export const indexEntries = pgTable(
  'portcullis_index_entries',
  {
    kind: text().notNull(),
    name: text().notNull(),
    value: text().notNull(),
    id: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.kind, table.name, table.value, table.id] }),
    index().on(table.kind, table.id),
    foreignKey({ columns: [table.kind, table.id], foreignColumns: [entries.kind, entries.id] }).onDelete('cascade'),
  ],
)

export const counters = pgTable(
  'portcullis_counters',
  {
    name: text().primaryKey(),
    count: integer().notNull(),
    expiresAt: doublePrecision('expires_at').notNull(),
  },
  (table) => [index().on(table.expiresAt)],
)
