import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CallToolResult, McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'
import { createNotebook } from '../../../examples/notes/notebook.ts'

/** The notes of one person, whom its command line names. What it is given is kept in a file of its own: words, environment and input. */
const [subject = 'nobody', folder = '.'] = process.argv.slice(2)
const notebook = createNotebook()

const keep = (text: string | Buffer) => appendFileSync(join(folder, `${process.pid}.jsonl`), text)
keep(`${JSON.stringify({ pid: process.pid, subject, words: process.argv, env: process.env })}\n`)
process.stdin.on('data', keep)

serveStdio(() => {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  server.registerTool('whoami', { description: 'Tells whose this process is.' }, () =>
    said(`You are ${subject}, alone with process ${process.pid}`),
  )
  server.registerTool(
    'add_note',
    { description: 'Adds a note.', inputSchema: z.object({ text: z.string() }) },
    ({ text }) => said(`Added note ${notebook.add(subject, text)?.id}.`),
  )
  server.registerTool(
    'delete_note',
    { description: 'Deletes a note.', inputSchema: z.object({ id: z.string() }) },
    ({ id }) => ({ ...said(`Deleted note ${id}.`), isError: !notebook.delete(subject, id) }),
  )
  return server
})

function said(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] }
}
