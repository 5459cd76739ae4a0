import type { CallToolResult, McpServer } from '@modelcontextprotocol/server'
import { callerOf, registerTool } from '@portcullis/auth/tools'
import { z } from 'zod'
import { addBook, listBooks, personOf } from './shelf.ts'

/** The application's tools, each with what its caller needs. `subject` is the Clerk user. */
export function registerTools(server: McpServer): void {
  registerTool(
    server,
    'whoami',
    {
      description: 'Tells who you are to this application.',
      annotations: { readOnlyHint: true },
      needs: { scopes: ['profile'] },
    },
    async (context) => {
      const { subject, clientId } = callerOf(context)
      const { fullName } = await personOf(subject)
      return say(`You are ${fullName ?? 'somebody without a name'} (${subject}), through ${clientId}`)
    },
  )
  registerTool(
    server,
    'my_email',
    {
      description: 'Tells which email address you signed up with.',
      annotations: { readOnlyHint: true },
      needs: { scopes: ['email'] },
    },
    async (context) => {
      const { primaryEmailAddress } = await personOf(callerOf(context).subject)
      return say(primaryEmailAddress?.emailAddress ?? 'You have none here.')
    },
  )
  registerTool(
    server,
    'list_books',
    {
      description: 'Lists the books on your shelf.',
      annotations: { readOnlyHint: true },
      needs: { scopes: ['profile'] },
    },
    async (context) => {
      const books = await listBooks(callerOf(context).subject)
      return say(books.length > 0 ? books.join('\n') : 'Your shelf is empty.')
    },
  )
  registerTool(
    server,
    'add_book',
    {
      description: 'Puts a book on your shelf.',
      inputSchema: z.object({ title: z.string().min(1).max(120) }),
      annotations: { destructiveHint: false, openWorldHint: false },
      needs: { scopes: ['profile'] },
    },
    async ({ title }, context) => {
      const isAdded = await addBook(callerOf(context).subject, title)
      return say(isAdded ? `“${title}” is on your shelf.` : 'Your shelf is full.')
    },
  )
}

function say(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] }
}
