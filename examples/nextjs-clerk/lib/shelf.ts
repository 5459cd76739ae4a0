import { clerkClient } from '@clerk/nextjs/server'
import { z } from 'zod'

/** Somebody as Clerk's Backend API has them, asked with the application's own key. The token of an MCP client never goes there (law 7). */
export async function personOf(userId: string) {
  const clerk = await clerkClient()
  return clerk.users.getUser(userId)
}

/** The books of somebody, which Clerk keeps with them: the application has no database. */
export async function listBooks(userId: string): Promise<readonly string[]> {
  const { privateMetadata } = await personOf(userId)
  return shelf.parse(privateMetadata).shelf
}

/** Whether there was room for it: Clerk keeps 8 KB with a person. */
export async function addBook(userId: string, title: string): Promise<boolean> {
  const books = await listBooks(userId)
  if (books.length >= 50) return false
  const clerk = await clerkClient()
  await clerk.users.updateUserMetadata(userId, { privateMetadata: { shelf: [...books, title] } })
  return true
}

const shelf = z.object({ shelf: z.array(z.string()).default([]) })
