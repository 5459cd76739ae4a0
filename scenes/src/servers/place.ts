/** Where a server of its own is to listen, as `whole.ts` told it. */
export const port = Number(process.env.PORT)
export const origin = process.env.ORIGIN ?? ''
export const target = process.env.TARGET ?? ''
export const path = process.env.MCP_PATH ?? '/mcp'
