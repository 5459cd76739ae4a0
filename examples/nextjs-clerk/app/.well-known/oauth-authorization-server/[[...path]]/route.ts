import { mcp } from '../../../../lib/mcp.ts'

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = mcp
