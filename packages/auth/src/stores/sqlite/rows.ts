import type { DatabaseSync, SQLInputValue } from 'node:sqlite'

/** A statement that reads: each row as the values of its columns, in their order. */
export interface Rows<Row extends readonly unknown[]> {
  get(...parameters: SQLInputValue[]): Row | undefined
  all(...parameters: SQLInputValue[]): Row[]
}

/**
 * Prepares a statement whose rows are arrays: an object for each row would have a shape of its own, and all that reads it would be slow.
 * `Row` must name the columns of `sql`.
 */
export function prepareRows<Row extends readonly unknown[]>(database: DatabaseSync, sql: string): Rows<Row> {
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  // The store's border: the caller names the types of the columns.
  return statement as unknown as Rows<Row>
}
