import { auth } from '@clerk/nextjs/server'
import type { Metadata } from 'next'
import { listBooks, personOf } from '../../lib/shelf.ts'

export const metadata: Metadata = { title: 'Your books' }

/** What the tools of the MCP server see and change, for the same person in a browser. */
export default async function Books() {
  const { userId, redirectToSignIn } = await auth()
  if (userId === null) return redirectToSignIn()
  const [{ fullName }, books] = await Promise.all([personOf(userId), listBooks(userId)])
  return (
    <main>
      <h1>Books of {fullName ?? 'somebody'}</h1>
      <ul>
        {books.map((title) => (
          <li key={title}>{title}</li>
        ))}
      </ul>
      {books.length === 0 && <p>Your shelf is empty. Tell your assistant what you want to read.</p>}
      <a href="/">How to connect it</a>
    </main>
  )
}
