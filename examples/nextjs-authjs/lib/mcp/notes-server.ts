import { type CallToolResult, McpServer } from '@modelcontextprotocol/server'
import { callerOf, registerTool } from '@portcullis/auth/tools'
import { z } from 'zod'
import { addNote, deleteNote, listNotes } from '../notes.ts'

/** The application's tools, each with what its caller needs. `notes:delete` is not asked for at first: the first call of delete_note has the person asked for it. */
export function createNotesServer(): McpServer {
  const server = new McpServer({ name: 'marginalia', version: '1.0.0' })
  registerTool(
    server,
    'whoami',
    {
      description: 'Tells who you are to this server.',
      annotations: { readOnlyHint: true },
      needs: { scopes: ['notes:read'] },
    },
    async (context) => {
      const { subject, clientId, scopes } = callerOf(context)
      return say(`You are ${subject}, through ${clientId}, with the scopes: ${[...scopes].join(' ')}`)
    },
  )
  registerTool(
    server,
    'list_notes',
    {
      description: 'Lists your notes.',
      annotations: { readOnlyHint: true },
      needs: { scopes: ['notes:read'] },
    },
    async (context) => {
      const notes = await listNotes(callerOf(context).subject)
      return say(notes.map(({ id, text }) => `${id}: ${text}`).join('\n') || 'You have no notes.')
    },
  )
  registerTool(
    server,
    'add_note',
    {
      description: 'Adds a note.',
      inputSchema: z.object({ text: z.string().min(1).max(1000).describe('What the note says') }),
      annotations: { readOnlyHint: false, destructiveHint: false },
      needs: { scopes: ['notes:write'] },
    },
    async ({ text }, context) => say(`Added note ${(await addNote(callerOf(context).subject, text)).id}.`),
  )
  registerTool(
    server,
    'delete_note',
    {
      description: 'Deletes a note for good.',
      inputSchema: z.object({ id: z.string().describe('The id of the note, as list_notes tells it') }),
      annotations: { readOnlyHint: false, destructiveHint: true },
      needs: { scopes: ['notes:delete'] },
    },
    async ({ id }, context) =>
      (await deleteNote(callerOf(context).subject, id))
        ? say(`Deleted note ${id}.`)
        : { ...say(`There is no note ${id}.`), isError: true },
  )
  return server
}

function say(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] }
}
