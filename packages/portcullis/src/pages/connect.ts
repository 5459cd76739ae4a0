import { type Html, html, page } from '@portcullis/auth/authorization-server'
import { clientLines } from '../operations/client-lines.ts'
import type { PagesContext } from './context.ts'
import { addressesInWords } from './mcp-servers.ts'

type Server = PagesContext['server']

/** The lines that add the server to an MCP client, for whoever came with a browser. */
export function connectLines({ mcpServers }: Server): Html {
  const isOne = mcpServers.length === 1
  return html`${mcpServers.map(
    (server) =>
      html`${isOne ? undefined : html`<p class="soft"><bdi>${server.name}</bdi></p>\n`}<dl class="facts">${clientLines(
        server,
      ).map(
        ({ client, where, line }) =>
          html`<div><dt>${client}${where === undefined ? undefined : `, ${where}`}</dt><dd><code>${line}</code></dd></div>\n`,
      )}</dl>`,
  )}`
}

/**
 * The page for a person who opens the MCP URL in a browser, as the body of the `challenge` that every client gets there: its status and its
 * headers stay, or a client would be told something else than the specification says.
 */
export function mcpAddressPage(challenge: Response, server: Server, origin: string): Response {
  const shown = page({
    title: `${server.name} is for MCP clients`,
    owner: server.name,
    brand: server.brand,
    status: challenge.status,
    body: html`<h1>This address is for MCP clients</h1>
<p><bdi>${server.name}</bdi> is an MCP server, and no page to look at. Add ${addressesInWords(server)} to your client; it opens your browser again, and you sign in.</p>
${connectLines(server)}
<p class="soft">Which applications have access, you see in <a href="${origin}/account">your account</a>.</p>`,
  })
  for (const [name, value] of challenge.headers) if (name !== 'content-type') shown.headers.set(name, value)
  return shown
}
