import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../tools.ts'

/** JSON Schema, as far as `schema.json` of the package uses it to nest fields. */
interface Schema {
  description?: string
  $ref?: string
  $defs?: Readonly<Record<string, Schema>>
  properties?: Readonly<Record<string, Schema>>
}

const schema: Schema = JSON.parse(readFileSync(join(root, 'packages/clients/schema.json'), 'utf8'))
const fact = '#/$defs/fact'

/** Every field that holds a fact, by its path, with what the schema says of it. */
export function describedFields(of: Schema = schema, prefix = ''): readonly (readonly [string, string])[] {
  return Object.entries(of.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`
    if (field.$ref === fact) return [[path, field.description ?? ''] as const]
    return field.$ref === undefined ? [] : describedFields(sectionOf(field), `${path}.`)
  })
}

/** A profile with its fields in the order of the schema. */
export function inSchemaOrder(node: Readonly<Record<string, unknown>>, of: Schema = schema): Record<string, unknown> {
  const fields = of.properties ?? {}
  const names = [...new Set([...Object.keys(fields), ...Object.keys(node)])].filter((name) => node[name] !== undefined)
  return Object.fromEntries(
    names.map((name) => {
      const { $ref } = fields[name] ?? {}
      const isSection = $ref !== undefined && $ref !== fact
      const child = node[name]
      return [name, isSection ? inSchemaOrder(child as Record<string, unknown>, sectionOf({ $ref })) : child] // a section is an object
    }),
  )
}

function sectionOf({ $ref = '' }: Schema): Schema {
  return schema.$defs?.[$ref.replace('#/$defs/', '')] ?? {}
}
