// For clients that find no metadata, or do not look for any (MCP 2025-03-26): the same endpoint, and no redirect.
export { oauth as GET, oauth as HEAD, oauth as OPTIONS, oauth as POST } from '../../lib/authorization-server.ts'
