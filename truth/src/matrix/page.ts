import { type Cell, deedInBrief, wordInBrief } from './cell.ts'
import { explanationOf } from './explanations.ts'
import { agreement, type Result } from './result.ts'

/** The result for people. */
export function pageOf({ date, fingerprint, cells, documents }: Result): string {
  const clients = [...new Set(cells.map(({ client }) => client))]
  const disagreeing = cells.filter(({ differs }) => differs.length > 0)
  const versions = Object.entries(fingerprint.versions).map(([name, version]) => `${name} ${version}`)
  return `# What the doctor says, and what clients do: ${date}

${cells.length} cells of ${clients.length} clients at ${new Set(cells.map(({ site }) => site)).size} servers: **${percent(cells)} agree**, ${disagreeing.length} do not. A cell agrees where the client does what the doctor
said: opens the browser at that endpoint with that scope and resource, connects without sign-in, or stops at that step with those words.

With ${versions.join(', ')}.

## Clients

| Client | Basis | Cells | Agree | |
|---|---|---|---|---|
${clients.map((client) => clientRow(client, cells)).join('\n')}

Clients that cannot run here, by tests over what is written or recorded of them:

| Client | Held against | Passed | Failed |
|---|---|---|---|
${documents.map(({ client, against, passed, failed }) => `| ${client} | ${against} | ${passed} | ${failed} |`).join('\n')}

## Disagreements

${disagreeing.length === 0 ? 'None.' : table(disagreeing)}

## All cells

What the client did, in short: → opens the browser, ✓ connects without sign-in, ✗ stops, and at which step; **bold** where the doctor said otherwise.

| Server | Made of | ${clients.join(' | ')} |
|---|---|${clients.map(() => '---').join('|')}|
${rows(cells, clients)}
`
}

function clientRow(client: string, all: readonly Cell[]): string {
  const cells = all.filter((cell) => cell.client === client)
  const agreeing = cells.filter(({ differs }) => differs.length === 0)
  return `| ${client} | ${basisOf(client)} | ${cells.length} | ${agreeing.length} | ${percent(cells)} |`
}

function basisOf(client: string): string {
  if (client === 'vscode')
    return 'its own functions for discovery and registration, run for themselves; what is between is told'
  if (client === 'gemini-cli') return 'its own source from the challenge to the browser, run for itself'
  return client.startsWith('sdk-') ? 'the library itself, with a host of ours' : 'the client itself'
}

function table(cells: readonly Cell[]): string {
  const rows = cells.map((cell) => {
    const columns = [
      cell.client,
      cell.site,
      wordInBrief(cell.doctor),
      deedInBrief(cell.did),
      explanationOf(cell) ?? '**none yet**',
    ]
    return `| ${columns.map(inTable).join(' | ')} |`
  })
  return `| Client | Server | The doctor | The client | Why |\n|---|---|---|---|---|\n${rows.join('\n')}`
}

function rows(cells: readonly Cell[], clients: readonly string[]): string {
  const bySite = Map.groupBy(cells, ({ site }) => site)
  return [...bySite]
    .map(([site, there]) => {
      const columns = clients.map((client) => sign(there.find((cell) => cell.client === client)))
      return `| ${inTable(site)} | ${there[0]?.stack} | ${columns.join(' | ')} |`
    })
    .join('\n')
}

function sign(cell: Cell | undefined): string {
  if (cell === undefined) return ''
  const { outcome } = cell.did
  const short = { opens: '→', connects: '✓', stops: `✗ ${stepOf(cell)}` }[outcome.kind]
  return cell.differs.length === 0 ? short : `**${short}**`
}

function stepOf({ did, doctor }: Cell): string {
  const step = did.steps?.length === 1 ? did.steps[0] : did.steps === undefined ? undefined : doctor.step
  return step?.replaceAll('_', ' ') ?? ''
}

function percent(cells: readonly Cell[]): string {
  return `${(agreement(cells) * 100).toFixed(1)} %`
}

function inTable(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/g, ' ')
}
