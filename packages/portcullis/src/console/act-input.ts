import type { Act } from './acts.ts'

/** What a form gives an operation: texts as the values that they stand for; empty ones are left out. Whether it can stand is not looked at here. */
export function inputOf({ on = {}, fields = [] }: Act, given: ReadonlyMap<string, string>): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  for (const name of Object.keys(on)) {
    const text = given.get(name)
    if (text !== undefined && text !== '') input[name] = text
  }
  for (const { name, kind } of fields) {
    const text = given.get(name)?.trim() ?? ''
    if (text === '') continue
    if (kind === 'lines') input[name] = text.split(/\s+/)
    else if (kind === 'days') input[name] = /^\d{1,6}$/.test(text) ? Number(text) * 86_400 : text
    else input[name] = text
  }
  return input
}
