import { createBrand } from '@portcullis/auth/authorization-server'
import type { Configuration } from '../config/configuration.ts'
import { type McpServer, servedAt, titleOf } from '../config/mcp-servers.ts'
import type { PagesContext } from '../pages/context.ts'
import { brandingOf } from './branding.ts'

type Site = PagesContext['server']

/** What pages are of: the one MCP server, or all that people sign in for here. */
export function siteOf(configuration: Configuration): Site {
  const { publicUrl, name, issuer, mcpServers } = configuration
  const branding = brandingOf(configuration)
  const [first, ...others] = mcpServers
  return {
    name: name ?? new URL(publicUrl).host,
    mcpServers: [ofPages(first), ...others.map(ofPages)],
    ...(branding !== undefined && { brand: createBrand(branding, issuer) }),
  }
}

/** The same where one of several is meant. */
export function siteOfOne(site: Site, server: McpServer): Site {
  return { ...site, name: titleOf(server), mcpServers: [ofPages(server)] }
}

function ofPages(server: McpServer): Site['mcpServers'][0] {
  return { name: titleOf(server), publicUrl: server.publicUrl, served: servedAt(server) }
}
