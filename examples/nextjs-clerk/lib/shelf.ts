import { createClerkClient } from '@clerk/backend'
import { z } from 'zod'
import { once } from './once.ts'
import { settings } from './settings.ts'

/** Clerk's Backend API, with the application's own key. The token of an MCP client never goes there (law 7). */
export const clerkClient = once('clerk-client', () => {
  const { secretKey, apiUrl } = settings()
  return createClerkClient({ secretKey, ...(apiUrl !== undefined && { apiUrl }), telemetry: { disabled: true } })
})

/** The books of somebody, which Clerk keeps with them: the application has no database. */
export async function listBooks(userId: string): Promise<readonly string[]> {
  const { privateMetadata } = await clerkClient().users.getUser(userId)
  return shelf.parse(privateMetadata).shelf
}

/** Whether there was room for it: Clerk keeps 8 KB with a person. */
export async function addBook(userId: string, title: string): Promise<boolean> {
  const books = await listBooks(userId)
  if (books.length >= 50) return false
  await clerkClient().users.updateUserMetadata(userId, { privateMetadata: { shelf: [...books, title] } })
  return true
}

const shelf = z.object({ shelf: z.array(z.string()).default([]) })
