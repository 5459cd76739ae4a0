import { type CallToolResult, McpServer, type ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { addNote, deleteNote, listNotes } from '../notes.ts'

/** The application's tools. Who calls was proved before: nothing in here knows of tokens. */
export function createNotesServer(): McpServer {
  const server = new McpServer({ name: 'marginalia', version: '1.0.0' })
  server.registerTool(
    'whoami',
    { description: 'Tells who you are to this server.', annotations: { readOnlyHint: true } },
    async (context) => {
      const { subject, clientId, scope } = callerOf(context)
      return say(`You are ${subject}, through ${clientId}, with the scopes: ${[...scope].join(' ')}`)
    },
  )
  server.registerTool(
    'list_notes',
    { description: 'Lists your notes.', annotations: { readOnlyHint: true } },
    async (context) => {
      const notes = await listNotes(callerOf(context).subject)
      return say(notes.map(({ id, text }) => `${id}: ${text}`).join('\n') || 'You have no notes.')
    },
  )
  server.registerTool(
    'add_note',
    {
      description: 'Adds a note.',
      inputSchema: z.object({ text: z.string().min(1).max(1000).describe('What the note says') }),
      annotations: { readOnlyHint: false, destructiveHint: false },
    },
    async ({ text }, context) => say(`Added note ${(await addNote(callerOf(context).subject, text)).id}.`),
  )
  server.registerTool(
    'delete_note',
    {
      description: 'Deletes a note for good.',
      inputSchema: z.object({ id: z.string().describe('The id of the note, as list_notes tells it') }),
      annotations: { readOnlyHint: false, destructiveHint: true },
    },
    async ({ id }, context) =>
      (await deleteNote(callerOf(context).subject, id))
        ? say(`Deleted note ${id}.`)
        : { ...say(`There is no note ${id}.`), isError: true },
  )
  return server
}

function callerOf({ http }: ServerContext): z.infer<typeof caller> {
  return caller.parse(http?.authInfo?.extra?.accessToken)
}

const caller = z.object({ subject: z.string(), clientId: z.string().optional(), scope: z.set(z.string()) })

function say(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] }
}
