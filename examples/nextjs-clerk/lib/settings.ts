import { z } from 'zod'
import { once } from './once.ts'
import { frontendApi } from './publishable-key.ts'

/** What the operator says, by environment variables; what cannot stand is an error at the start. */
export const settings = once('settings', () => {
  const read = variables.safeParse(process.env)
  if (!read.success) throw new TypeError(`The environment is not as README.md has it:\n${z.prettifyError(read.error)}`)
  const { APP_URL: origin, NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: issuer } = read.data
  return {
    origin,
    /** The URL of the MCP server, byte for byte as people type it, and as it was added in Clerk's dashboard. */
    resource: `${origin}/mcp`,
    /** Clerk's Frontend API, which signs the tokens. */
    issuer,
  }
})

const variables = z.object({
  /** The address of the application, of which the resource is made: nothing of it is read from a request (law 1). */
  APP_URL: z.url().refine((url) => new URL(url).origin === url, 'an origin, such as https://shelf.example.com'),
  NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: z.string().transform((key, context) => {
    const issuer = frontendApi(key)
    if (issuer !== undefined) return issuer
    context.addIssue('not a key of Clerk: copy it from the dashboard, API keys, whole (pk_test_… or pk_live_…)')
    return z.NEVER
  }),
  /** With which `@clerk/nextjs` asks the Backend API. */
  CLERK_SECRET_KEY: z.string().regex(/^sk_(test|live)_/, 'sk_test_… or sk_live_…, of the same instance'),
})
