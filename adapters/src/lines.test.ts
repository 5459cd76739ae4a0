import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesAbout, linesOfPortcullis } from './lines.ts'

test('imports from Portcullis count, and lines that mention what they brought', () => {
  const source = `import express from 'express'
import { createResourceServer, type ResourceServer } from '@portcullis/auth'
import { protect as guard } from '@portcullis/auth/express'

const app = express()
app.use(guard(createResourceServer(settings)))
app.listen(port)
`

  assert.equal(linesOfPortcullis(source).length, 3)
})

test('no line hides behind a name, a break of a call or a break of an import', () => {
  const source = `import {
  createResourceServer,
} from '@portcullis/auth'
import { protect } from '@portcullis/auth/node'
const server = createResourceServer({
  resource,
  scopes: [],
})
const unrelated = 1
const guard = protect(server)
listen(guard)
`

  assert.equal(linesOfPortcullis(source).length, 3 + 1 + 4 + 1 + 1)
})

test('a line that mentions a type of Portcullis counts, and what it declares is not of Portcullis for that', () => {
  const source = `import { type Protected, protect } from '@portcullis/auth/hono'
const app = new Hono<Protected>()
app.get('/', home)
`

  assert.equal(linesOfPortcullis(source).length, 2)
})

test('what has the name of an import as a part of its own does not count', () => {
  const source = `import { protect } from '@portcullis/auth/hono'
const protected = 1
protection()
`

  assert.equal(linesOfPortcullis(source).length, 1)
})

test('lines about other modules count in the same way, without what an unprotected server needs of them', () => {
  const source = `import {
  createApp,
  guard,
} from 'peer'
import { verify } from './verify.ts'
const gate = guard({
  verifier: verify,
})
const app = createApp()
app.use(gate)
`

  const lines = linesAbout(source, (module) => ['peer', './verify.ts'].includes(module), ['createApp'])

  assert.equal(lines.length, 4 + 1 + 3 + 1)
})

test('lines of Python count in the same way', () => {
  const source = `import os

from server import Server
from server.auth import Verifier
url = os.environ["URL"]
auth = Verifier(
    url=url,
)
server = Server("notes", auth=auth)
server.run()
`

  assert.equal(linesAbout(source, (module) => module === 'server.auth').length, 1 + 3 + 1)
})
