import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { createNotebook } from './notebook.ts'
import { createNotesServer } from './tools.ts'

// The same server over its standard streams. It has one notebook, for whoever started it: behind Portcullis that is one person, with `per: person`.
const notebook = createNotebook()
serveStdio(() => createNotesServer(notebook, (line) => console.error(line)))
