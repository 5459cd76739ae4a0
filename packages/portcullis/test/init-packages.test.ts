import assert from 'node:assert/strict'
import { test } from 'node:test'
import { express, projectOf } from './init-scene.ts'
import { freePort } from './running-program.ts'

// What `portcullis init` reads in the project around the server: where it listens, and the package of a workspace that it stands in.

const listening = (at: string) => express.replace('app.listen(3000)', at)
const manifest = (more: object) => JSON.stringify({ type: 'module', ...more })
const exported = express.replace('const app', 'export const app').replace('app.listen(3000)\n', '')

const ports: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'in a condition': {
    'server.ts': listening('app.listen(process.env.PORT ? Number(process.env.PORT) : 4000)'),
  },
  'as the default of a schema': {
    'server.ts': listening(
      'const { PORT } = z.object({ PORT: z.coerce.number().default(4000) }).parse(process.env)\napp.listen(PORT)',
    ),
  },
  'in the file that starts it': {
    'src/app.ts': exported,
    'src/index.ts': "import { app } from './app.ts'\n\napp.listen(process.env.PORT ?? 4000)\n",
  },
  'in a script': {
    'package.json': manifest({ scripts: { start: 'PORT=4000 node server.ts' } }),
    'server.ts': listening('app.listen(process.env.PORT || 3000)'),
  },
  'in .env, which dotenv reads': {
    'package.json': manifest({ dependencies: { dotenv: '17' } }),
    '.env': 'SECRET=PORT=1\nPORT="4000"\n',
    'server.ts': listening('app.listen(process.env.PORT || 3000)'),
  },
  'in .env, which a script names': {
    'package.json': manifest({ scripts: { dev: 'node --env-file=.env server.ts' } }),
    '.env': 'PORT=4000\n',
    'server.ts': listening('app.listen(process.env.PORT || 3000)'),
  },
}

for (const [where, files] of Object.entries(ports))
  test(`init takes the port at which the server listens, where it stands ${where}`, async (t) => {
    const { stdout } = await projectOf(t, files).init(['--json'])

    assert.equal(JSON.parse(stdout).resource, 'http://localhost:4000/mcp')
  })

test('init leaves a port alone that nothing reads, or of which several are told', async (t) => {
  const unread = { '.env': 'PORT=4000\n', 'server.ts': listening('app.listen(process.env.PORT || 3100)') }
  const several = {
    'app.ts': exported,
    'a.ts': "import { app } from './app.ts'\napp.listen(4000)\n",
    'b.ts': "import { app } from './app.ts'\napp.listen(4001)\n",
  }

  assert.equal((await projectOf(t, unread).init(['--json'])).json().resource, 'http://localhost:3100/mcp')
  assert.equal((await projectOf(t, several).init(['--json'])).json().resource, 'http://localhost:3000/mcp')
})

test('init takes the port of wrangler for what wrangler runs, installed here or not', async (t) => {
  const app =
    "import { McpServer } from '@modelcontextprotocol/server'\nimport { Hono } from 'hono'\nconst app = new Hono()\n"
  const project = projectOf(t, {
    'wrangler.jsonc': '{ "main": "src/index.ts" }',
    'src/index.ts': `${app}app.all('/mcp', handle)\nexport default app\n`,
  })

  assert.equal((await project.init(['--json'])).json().resource, 'http://localhost:8787/mcp')
})

test('in a workspace, init names the folder of the package, and its scripts', async (t) => {
  const project = projectOf(t, {
    'package.json': manifest({ workspaces: ['apps/*'], scripts: { dev: 'turbo dev' } }),
    'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
    'apps/notes/package.json': manifest({ scripts: { start: 'node src/server.ts' }, dependencies: { express: '5' } }),
    'apps/notes/src/package.json': manifest({}),
    'apps/notes/src/server.ts': express,
  })

  const { stdout } = await project.init(['--write'])

  assert.match(stdout, /The doctor was not asked: @portcullis\/auth is not installed yet\./)
  assert.match(
    stdout,
    /\nNext:\n {2}cd apps\/notes\n {2}pnpm add @portcullis\/auth\n {2}portcullis dev --resource \S+\n {2}pnpm run start\n/,
  )
})

test('in a workspace, init starts the server by the script of its own package, in its own folder', async (t) => {
  const project = projectOf(
    t,
    {
      'package.json': manifest({ workspaces: ['apps/*'], scripts: { start: 'echo all of it; exit 4' } }),
      'apps/notes/package.json': manifest({ scripts: { start: 'pwd; exit 3' } }),
      'apps/notes/server.ts': express.replace('3000', String(await freePort())),
    },
    { linked: true },
  )

  const { code, stderr } = await project.init(['--write', '--issuer', 'https://login.example'])

  assert.equal(code, 1)
  assert.match(stderr, /The server did not start: it ended with 3\.[\s\S]*\/apps\/notes\n/)
})

test('init of Next.js names the folder of the application in what tsconfig.json has to have', async (t) => {
  const route = "import { createMcpHandler } from 'mcp-handler'\nconst handler = createMcpHandler(() => {})\n"
  const project = projectOf(t, {
    'package.json': manifest({ dependencies: { next: '16', 'mcp-handler': '2' } }),
    'src/app/mcp/route.ts': `${route}export { handler as GET, handler as POST }\n`,
  })

  const { stdout } = await project.init()

  assert.match(stdout, /add "src\/app\/\.well-known\/\*\*\/\*\.ts"/)
})
