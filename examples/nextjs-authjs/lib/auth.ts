import { randomUUID } from 'node:crypto'
import { PrismaAdapter } from '@auth/prisma-adapter'
import NextAuth, { type NextAuthConfig } from 'next-auth'
import Credentials from 'next-auth/providers/credentials'
import GitHub from 'next-auth/providers/github'
import { z } from 'zod'
import { isActive, personWith } from './people.ts'
import { prisma } from './prisma.ts'
import { settings } from './settings.ts'

declare module 'next-auth' {
  interface Session {
    user: { id: string; name?: string | null }
    /** When they last proved who they are, in seconds since the epoch. */
    authTime: number
    /** Names the sign-in in this browser. */
    sessionId: string
  }
}

/** The application's own sign-in. Nothing in it knows of MCP. */
export const { handlers, auth, signIn, signOut } = NextAuth(
  (): NextAuthConfig => ({
    adapter: PrismaAdapter(prisma()),
    session: { strategy: 'jwt' },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    providers: [
      Credentials({
        credentials: { username: {}, password: {} },
        authorize: async (given) => {
          const { username, password } = nameAndPassword.parse(given)
          return (await personWith(username, password)) ?? null
        },
      }),
      ...(settings().hasGitHub ? [GitHub] : []),
      ...oidcProvider(),
    ],
    callbacks: {
      async jwt({ token, user }) {
        // Of a new sign-in: what Portcullis asks for beside who it is.
        if (user !== undefined) return { ...token, sub: user.id, authTime: epochSeconds(), sessionId: randomUUID() }
        return (await isActive(token.sub ?? '')) ? token : null
      },
      session: ({ session, token }) => ({
        expires: session.expires,
        user: { id: token.sub ?? '', name: token.name },
        authTime: Number(token.authTime),
        sessionId: String(token.sessionId),
      }),
    },
  }),
)

const nameAndPassword = z.object({ username: z.string().max(100), password: z.string().max(1000) })

function oidcProvider(): NextAuthConfig['providers'] {
  const { oidc } = settings()
  return oidc === undefined ? [] : [{ id: 'oidc', type: 'oidc', ...oidc, checks: ['pkce', 'state', 'nonce'] }]
}

function epochSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
