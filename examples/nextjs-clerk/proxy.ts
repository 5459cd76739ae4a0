import { clerkMiddleware } from '@clerk/nextjs/server'

/** Who looks at pages. It sends away whoever has no session, or answers 404, and MCP clients have none: so it must not see what is for them. */
export default clerkMiddleware()

export const config = { matcher: ['/((?!_next/|mcp(?:/|$)|\\.well-known/).*)'] }
