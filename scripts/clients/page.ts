import type { ClientProfile, Fact } from '../../packages/clients/src/profile.ts'
import { describedFields } from './schema-fields.ts'
import { linkOf } from './source-link.ts'

/** `docs/clients.md`: what is known of every client, with where it comes from. */
export function formatClientsPage(profiles: readonly ClientProfile[]): string {
  return `${[intro, overview(profiles), fields(), ...profiles.map(section)].join('\n\n')}\n`
}

const intro = `# Clients

What real MCP clients do when they connect. This page is made from the profiles in
[packages/clients/src/profiles](../packages/clients/src/profiles); \`npm run docs\` writes it anew. What is not known is not here: an empty cell
is a question, not an answer.

| Mark | |
|---|---|
| **H** | recorded by us, read in its source, in the vendor's documents, or said by its staff |
| **M** | captured by third parties, or several reports agree |
| **L** | one report, or inference |

Clients change: each value stands beside the day on which its source said so. What comes from a recording is derived from
[packages/clients/recordings](../packages/clients/recordings) by \`npm run clients:derive\`. How to correct a value:
[packages/clients/README.md](../packages/clients/README.md).`

const columns: readonly (readonly [string, string])[] = [
  ['Runs', 'runs'],
  ['Played as', 'family'],
  ['`resource` of the metadata must be', 'protectedResource.comparison'],
  ['Without authorization-server metadata', 'authorizationServer.without'],
  ['Client identifier', 'registration.order'],
  ['Redirect URIs', 'registration.redirectUris'],
]

/** The lists whose entries are tried one after another. */
const inOrder = ['protectedResource.order', 'authorizationServer.order', 'registration.order', 'authorization.scope']

function overview(profiles: readonly ClientProfile[]): string {
  const head = ['Client', ...columns.map(([title]) => title)]
  const rows = profiles.map((profile) => [
    `[${profile.name}](#${profile.id})`,
    ...columns.map(([, path]) => {
      const fact = factsOf(profile).find(([candidate]) => candidate === path)?.[1]
      return fact ? `${formatValue(path, fact.value)} ${fact.confidence}` : ''
    }),
  ])
  return `## At a glance\n\n${table(head, rows)}`
}

function fields(): string {
  const rows = describedFields().map(([path, description]) => [`\`${path}\``, description])
  return `## What the fields mean\n\n${table(['Field', 'Meaning'], rows)}`
}

function section(profile: ClientProfile): string {
  const rows = factsOf(profile).map(([path, { value, confidence, sources }]) => [
    `\`${path}\``,
    formatValue(path, value),
    confidence,
    sources.map(linkOf).join('<br>'),
  ])
  const notes = (profile.notes ?? []).map(
    ({ value, confidence, sources }) => `- ${value} **${confidence}** ${sources.map(linkOf).join('; ')}`,
  )
  const parts = [
    `<a id="${profile.id}"></a>\n\n## ${profile.name}`,
    `\`${profile.id}\`, by ${profile.vendor}`,
    table(['Field', 'Value', '', 'Sources'], rows),
  ]
  return [...parts, ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n')
}

/** Every fact but the notes, with its path. */
function factsOf(node: object, prefix = ''): readonly (readonly [string, Fact<unknown>])[] {
  return Object.entries(node).flatMap(([key, child]) => {
    if (typeof child !== 'object' || child === null || Array.isArray(child)) return []
    const path = `${prefix}${key}`
    return 'value' in child ? [[path, child as Fact<unknown>] as const] : factsOf(child, `${path}.`)
  })
}

function formatValue(path: string, value: unknown): string {
  if (value === true) return 'yes'
  if (value === false) return 'no'
  if (Array.isArray(value))
    return value.map((entry) => formatValue(path, entry)).join(inOrder.includes(path) ? ' → ' : ', ')
  return code(typeof value === 'string' ? value : JSON.stringify(value))
}

function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}
