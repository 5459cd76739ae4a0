import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Io, run } from 'portcullis'

export interface Scene {
  folder: string
  read(path: string): string
  /** `portcullis init` with these words in the folder. `answer`: what somebody at a terminal says; nobody is at one where there is none. */
  init(argv?: readonly string[], answer?: string, terminal?: Partial<Pick<Io, 'signals' | 'exit'>>): Promise<Said>
}

export interface Said {
  code: number
  stdout: string
  stderr: string
  questions: readonly string[]
  /** What stands on standard output, where that is JSON. */
  json(): Record<string, unknown>
}

const manifest = JSON.stringify({ name: 'notes', type: 'module', dependencies: {} })

/** A project with these files. `package.json` is one of a module, where it is not among them; `linked` packages are those of this workspace. */
export function projectOf(t: TestContext, files: Readonly<Record<string, string>>, { linked = false } = {}): Scene {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'portcullis-init-')))
  t.after(() => rmSync(folder, { recursive: true }))
  const all: Readonly<Record<string, string>> = { 'package.json': manifest, ...files }
  for (const [path, text] of Object.entries(all)) {
    if (text === '') continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  if (linked) linkPackages(join(folder, 'node_modules'))
  return {
    folder,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    async init(argv = [], answer, terminal = {}) {
      let stdout = ''
      let stderr = ''
      const questions: string[] = []
      const ask = async (question: string) => {
        questions.push(question)
        return answer ?? ''
      }
      const io: Io = {
        stdout: { write: (text) => (stdout += text) },
        stderr: { write: (text) => (stderr += text) },
        environment: {},
        folder,
        signals: { on: () => {}, off: () => {} },
        exit: () => {},
        ...terminal,
        ...(answer !== undefined && { ask }),
      }
      const code = await run(['init', ...argv], io)
      return { code, stdout, stderr, questions, json: () => JSON.parse(stdout) }
    },
  }
}

/** An MCP server on Express, as its users write it. */
export const express = `import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import express from 'express'
import { createNotes } from './notes.js'

const app = express()
app.use(express.json())
app.post('/mcp', async (req, res) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await createNotes().connect(transport)
  await transport.handleRequest(req, res, req.body)
})
app.listen(3000)
`

/** What this file would find, the nearest first: a copy of the workspace has but its own packages, and all others further up. */
function linkPackages(to: string): void {
  mkdirSync(to)
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) {
    const installed = join(at, 'node_modules')
    if (!existsSync(installed)) continue
    for (const name of readdirSync(installed))
      if (!existsSync(join(to, name))) symlinkSync(join(installed, name), join(to, name), 'junction')
  }
}
