import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ran } from './io.ts'
import { startMcpServer } from './mcp-server.ts'
import { seeds } from './seeds.ts'

const page = readFileSync(new URL('../../../docs/seeds.md', import.meta.url), 'utf8')

for (const { title, path, changes } of seeds)
  test(`docs/seeds.md quotes what the doctor says of ${title}`, async () => {
    const { origin } = await startMcpServer(changes)

    const { out } = await ran([`${origin}${path}`])

    const said = words(out.replaceAll(origin, 'https://mcp.example.com'))
    const quotes = quotesOf(title)
    assert.ok(quotes.length > 0)
    for (const quote of quotes) assert.ok(said.includes(quote), `${quote}\n\nis not in\n\n${out}`)
  })

/** The paragraphs of the block behind `<!-- doctor: TITLE -->`; where a line says `…`, something is left out. */
function quotesOf(title: string): readonly string[] {
  const block =
    page
      .split(`<!-- doctor: ${title} -->\n`)[1]
      ?.split('```')[1]
      ?.replace(/^text\n/, '') ?? ''
  return block
    .split(/^\s*…$|\n\n/m)
    .map(words)
    .filter((quote) => quote !== '')
}

function words(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
