import * as z from 'zod'
import { longFlagOf, overrides } from './overrides.ts'
import { formatPath } from './problems.ts'
import { schema } from './schema.ts'
import { otherVariables } from './variables.ts'

/** The reference page of every setting, from the schema, as Markdown. */
export function formatReference(): string {
  return `# Configuration

This page is made from the schema that checks the configuration; \`npm run docs\` writes it anew.

Nothing has to be configured but the MCP server to stand in front of. A setting comes from the command line, or else from the environment, or else
from the file: \`--config FILE\`, or \`PORTCULLIS_CONFIG\`, or \`portcullis.yaml\` in the current folder. \`portcullis check-config\` says what is wrong with
a configuration, and where, without starting anything.

\`\`\`yaml
${example}\`\`\`

Durations are seconds, or text with a unit: \`90s\`, \`10m\`, \`8h\`, \`30d\`. Sizes are bytes, or \`64KiB\`, \`4MiB\`.

## Settings

| Setting | Value | Default | Meaning |
|---|---|---|---|
${rowsOf(describedSchema(), []).join('\n')}

## On the command line and in the environment

| Setting | Command line | Environment |
|---|---|---|
${overrides.map(({ path, flag, variable }) => `| \`${path.join('.')}\` | \`${longFlagOf(flag)}\` | \`${variable}\` |`).join('\n')}

## Secrets

Secrets never stand in the file or on the command line.

| Environment | Meaning |
|---|---|
${rowsOfVariables('PORTCULLIS_SECRET', 'PORTCULLIS_SECRET_FILE', 'PORTCULLIS_DATABASE_PASSWORD', 'PORTCULLIS_DATABASE_PASSWORD_FILE', 'PORTCULLIS_INITIAL_ACCESS_TOKEN', 'PORTCULLIS_INITIAL_ACCESS_TOKEN_FILE')}

Without either of the first two, Portcullis makes a key file of mode 0600 beside a SQLite database (\`portcullis.key\` beside \`portcullis.db\`) at its first start. Keep a copy of
it apart from the database: without it, everybody must sign in anew. On Postgres one of the two must be set. A URL in \`PORTCULLIS_DATABASE\` may have the
password in it; one in the file or on the command line may not. Secrets of \`clients\` come from the files and variables that their settings name.

## Other variables

| Environment | Meaning |
|---|---|
${rowsOfVariables('PORTCULLIS_CONFIG', 'PORTCULLIS_DEV_SECRET', 'PORTCULLIS_DEBUG')}

A variable that begins with \`PORTCULLIS_\` and is not on this page is warned of, save those that Kubernetes sets beside a service of this name.
`
}

function rowsOfVariables(...names: (keyof typeof otherVariables)[]): string {
  return names.map((name) => `| \`${name}\` | ${otherVariables[name]} |`).join('\n')
}

/** An example that a test holds against the schema. */
export const example = `publicUrl: https://mcp.example.com/mcp
upstream: http://localhost:3000/mcp
name: Notes
scopes:
  notes:read: Read your notes
  notes:write: Add notes and change the ones you have
defaultScopes: [notes:read]
tools:
  add_note:
    scopes: [notes:write]
`

/** What JSON Schema says of a setting, as far as the page needs it. */
interface Described {
  description?: string
  default?: unknown
  type?: string | string[]
  kind?: string
  enum?: unknown[]
  minimum?: number
  maximum?: number
  properties?: Record<string, Described>
  additionalProperties?: Described | boolean
  items?: Described
  anyOf?: Described[]
}

function describedSchema(): Described {
  return z.toJSONSchema(schema, { io: 'input' }) as Described // JSON Schema, of which only these keywords are read
}

function rowsOf(section: Described, path: readonly string[]): string[] {
  return Object.entries(section.properties ?? {}).flatMap(([name, setting]) => {
    const here = [...path, name]
    if (setting.description === undefined) return rowsOf(setting, here)
    const cells = [
      `\`${formatPath(here)}\``,
      kindOf(setting),
      defaultOf(setting),
      setting.description.replaceAll('|', '\\|'),
    ]
    const inner =
      typeof setting.additionalProperties === 'object' ? rowsOf(setting.additionalProperties, [...here, 'NAME']) : []
    const alternatives = (setting.anyOf ?? []).flatMap((one) => rowsOf(one, here))
    return [`| ${cells.join(' | ')} |`, ...rowsOf(setting, here), ...alternatives, ...inner]
  })
}

function kindOf({
  kind,
  type,
  enum: choices,
  items,
  additionalProperties,
  minimum,
  maximum,
  anyOf,
}: Described): string {
  if (kind !== undefined) return kind
  if (anyOf !== undefined) return anyOf.map(kindOf).join(', or ')
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ')
  if (items !== undefined) return `list of ${kindOf(items)}`
  if (typeof additionalProperties === 'object') return `table: name to ${kindOf(additionalProperties)}`
  if (type === 'integer') return maximum === 1e9 ? `number from ${minimum}` : `number from ${minimum} to ${maximum}`
  if (type === 'boolean') return '`true`, `false`'
  return type === 'object' ? 'settings' : 'text'
}

function defaultOf({ default: value }: Described): string {
  if (value === undefined) return ''
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}
