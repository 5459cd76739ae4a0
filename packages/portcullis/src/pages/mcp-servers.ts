import { type Html, html } from '@portcullis/auth/authorization-server'
import type { McpServerOfPages, PagesContext } from './context.ts'

type Server = PagesContext['server']

/** Which of several servers a token, or a request for one, is for; `undefined` where there is one, or it is none of them. */
export function oneOfSeveral(
  { mcpServers }: Server,
  resource: string | null | undefined,
): McpServerOfPages | undefined {
  if (mcpServers.length === 1) return undefined
  return mcpServers.find(({ served }) => served.some((url) => url === resource))
}

/** What people give their client: the URL, or of several each with its name. */
export function addressFacts({ mcpServers }: Server): Html {
  const [first, ...others] = mcpServers
  if (others.length === 0)
    return html`<dl class="facts"><div><dt>Add this URL to your MCP client</dt><dd><span class="at">${first.publicUrl}</span></dd></div></dl>`
  return html`<h2>Add these URLs to your MCP client</h2>
<dl class="facts">${mcpServers.map(
    ({ name, publicUrl }) => html`<div><dt>${name}</dt><dd><span class="at">${publicUrl}</span></dd></div>\n`,
  )}</dl>`
}

/** The URLs in a sentence. */
export function addressesInWords({ mcpServers }: Server): Html {
  return html`${mcpServers.map(({ publicUrl }, nth) => html`${nth === 0 ? undefined : nth === mcpServers.length - 1 ? ' or ' : ', '}<code>${publicUrl}</code>`)}`
}
