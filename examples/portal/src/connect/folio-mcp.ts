#!/usr/bin/env node
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runBridge } from './bridge.ts'
import { openBrowser } from './open-browser.ts'

const help = `folio-mcp [URL]

The tools of Folio for clients that can only start a program: JSON-RPC on
standard input and output. Signs in by itself, in your browser, when it must.

  URL     the MCP server. Default: FOLIO_URL, or http://localhost:8883/mcp

Tokens are kept in ~/.config/folio-mcp/credentials.json, which only you can
read (FOLIO_HOME names another folder). Take access back at the portal, under
"Your applications".
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' } },
})
if (values.help === true) {
  process.stdout.write(help)
} else {
  const named = positionals[0] ?? process.env.FOLIO_URL ?? 'http://localhost:8883/mcp'
  const url = URL.canParse(named) ? new URL(named) : stop(`"${named}" is no URL, such as http://localhost:8883/mcp`)
  if (url.protocol !== 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
    stop(`${url.href} is not https: tokens would cross the network for everybody to read`)
  const folder = process.env.FOLIO_HOME ?? join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'folio-mcp')
  await runBridge({
    url,
    folder,
    log: (line) => process.stderr.write(`folio-mcp: ${line}\n`),
    openBrowser: (address) => openBrowser(address, process.env.BROWSER),
  })
}

function stop(why: string): never {
  process.stderr.write(`folio-mcp: ${why}\n`)
  process.exit(1)
}
