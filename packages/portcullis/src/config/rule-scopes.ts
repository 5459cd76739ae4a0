import type { rules } from './rule-schema.ts'
import type { Settings } from './schema.ts'

/** Every scope that rules name, and where. */
export function scopesInRules(
  settings: Pick<Settings, keyof typeof rules>,
): [path: (string | number)[], token: string][] {
  const { otherTools, otherPrompts, otherResourceUris } = settings
  const tables = (['tools', 'prompts', 'resourceUris'] as const).flatMap((table) =>
    Object.entries(settings[table]).map(([name, needs]) => ({ path: [table, name], needs })),
  )
  const others = Object.entries({ otherTools, otherPrompts, otherResourceUris }).map(([name, needs]) => ({
    path: [name],
    needs,
  }))
  return [...tables, ...others].flatMap(({ path, needs: { scopes } }) =>
    scopes.map((token, at): [(string | number)[], string] => [[...path, 'scopes', at], token]),
  )
}
