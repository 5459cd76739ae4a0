import { setTimeout as pause } from 'node:timers/promises'
import { type CallToolResult, McpServer, type ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { callerOf } from './caller.ts'
import type { Notebook } from './notebook.ts'

/** A server for one connection (up to 2025-11-25) or one request (from 2026-07-28 on). `log` is told what people who watch may like to see. */
export function createNotesServer(notebook: Notebook, log: (line: string) => void): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  const subjectOf = (context: ServerContext) => callerOf(headersOf(context)).subject

  server.registerTool(
    'whoami',
    {
      description: 'Tells who you are to this server: the person, the client and the scopes that the gateway names.',
      outputSchema: z.object({
        subject: z.string(),
        name: z.string().optional(),
        client: z.string().optional(),
        scopes: z.array(z.string()),
      }),
      annotations: { readOnlyHint: true },
    },
    async (context) => {
      const caller = callerOf(headersOf(context))
      const { subject, name, client = 'no client that is named', scopes } = caller
      const person = name === undefined ? subject : `${name} (${subject})`
      const said = `You are ${person}, through ${client}, with the scopes: ${scopes.join(' ') || 'none'}`
      return { ...text(said), structuredContent: { ...caller } }
    },
  )

  server.registerTool(
    'list_notes',
    { description: 'Lists your notes.', annotations: { readOnlyHint: true } },
    async (context) => {
      const notes = notebook.list(subjectOf(context))
      return text(notes.map(({ id, text }) => `${id}: ${text}`).join('\n') || 'You have no notes.')
    },
  )

  server.registerTool(
    'add_note',
    {
      description: 'Adds a note.',
      inputSchema: z.object({ text: z.string().min(1).max(1000).describe('What the note says') }),
      annotations: { readOnlyHint: false, destructiveHint: false },
    },
    async ({ text: said }, context) => {
      const note = notebook.add(subjectOf(context), said)
      return note === undefined ? failure('You have too many notes; delete one first.') : text(`Added note ${note.id}.`)
    },
  )

  server.registerTool(
    'delete_note',
    {
      description: 'Deletes a note for good.',
      inputSchema: z.object({ id: z.string().describe('The id of the note, as list_notes tells it') }),
      annotations: { readOnlyHint: false, destructiveHint: true },
    },
    async ({ id }, context) =>
      notebook.delete(subjectOf(context), id) ? text(`Deleted note ${id}.`) : failure(`There is no note ${id}.`),
  )

  server.registerTool(
    'slow_count',
    {
      description: 'Counts slowly and tells its progress. Stops when it is cancelled.',
      inputSchema: z.object({
        to: z.int().min(1).max(100).default(10).describe('The last number'),
        milliseconds: z.int().min(0).max(2000).default(500).describe('The pause before each number'),
      }),
      annotations: { readOnlyHint: true },
    },
    async ({ to, milliseconds }, { mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken
      for (let progress = 1; progress <= to; progress++) {
        try {
          await pause(milliseconds, undefined, { signal: mcpReq.signal })
        } catch (cause) {
          log(`slow_count: cancelled before ${progress} of ${to}`)
          throw cause
        }
        if (progressToken === undefined) continue
        const params = { progressToken, progress, total: to, message: `${progress} of ${to}` }
        await mcpReq.notify({ method: 'notifications/progress', params })
      }
      log(`slow_count: counted to ${to}`)
      return text(`Counted to ${to}.`)
    },
  )

  return server
}

function headersOf({ http }: ServerContext): Headers {
  return http?.req?.headers ?? new Headers()
}

function text(said: string): CallToolResult {
  return { content: [{ type: 'text', text: said }] }
}

function failure(said: string): CallToolResult {
  return { ...text(said), isError: true }
}
