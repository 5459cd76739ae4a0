import { redirect } from 'next/navigation'
import { auth } from './auth.ts'

/** Who looks at a page of the application; whoever is not signed in is sent there. */
export async function viewerOf(path: string): Promise<{ id: string; name: string }> {
  const session = await auth()
  if (session === null) redirect(`/sign-in?${new URLSearchParams({ to: path })}`)
  return { id: session.user.id, name: session.user.name ?? 'somebody' }
}
