/** Next.js waits for this before it takes requests: what cannot stand stops the start, and what Clerk lacks is told. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { checkClerk } = await import('./lib/check-clerk.ts')
  await checkClerk()
}
