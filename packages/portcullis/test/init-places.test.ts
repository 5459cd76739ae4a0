import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { express, projectOf } from './init-scene.ts'

// Where `portcullis init` puts the lines, and where it is not sure. What is at a path that nothing guards is open to everybody: a guess is no answer.

const sdk = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'\n"

const unclear: Readonly<Record<string, string>> = {
  'Express, in a router below a path': `${sdk}import express, { Router } from 'express'
const app = express()
const router = Router()
router.post('/mcp', handle)
app.use('/api', router)
app.listen(3000)
`,
  'Fastify, in a plugin whose application has the same name': `${sdk}import { fastify } from 'fastify'
const app = fastify()
app.register(async (app) => { app.post('/mcp', handle) }, { prefix: '/api' })
app.listen({ port: 3000 })
`,
  'Hono, below a base path of a variable': `${sdk}import { Hono } from 'hono'
const app = new Hono()
const api = app.basePath('/api')
api.post('/mcp', handle)
export default app
`,
  'Hono, below a base path in a chain': `${sdk}import { Hono } from 'hono'
const app = new Hono()
app.basePath('/api').post('/mcp', handle)
export default app
`,
  'Koa, behind a router with a prefix': `${sdk}import Koa from 'koa'
import Router from '@koa/router'
const app = new Koa()
const router = new Router({ prefix: '/api' })
router.all('/mcp', handle)
app.use(router.routes())
app.listen(3000)
`,
  'a path that is a pattern': `${sdk}import express from 'express'
const app = express()
app.all('/:tenant/mcp', handle)
app.listen(3000)
`,
  'two paths': `${sdk}import express from 'express'
const app = express()
app.all('/mcp', handle)
app.all('/v2/mcp', handle)
app.listen(3000)
`,
  'no path at all': `${sdk}import express from 'express'
const app = express()
app.use(handle)
app.listen(3000)
`,
  'NestJS, with versions in its paths': `${sdk}import { NestFactory } from '@nestjs/core'
import { Controller, Post } from '@nestjs/common'
@Controller('mcp')
class Mcp { @Post() handle() {} }
const app = await NestFactory.create(Module)
app.enableVersioning()
await app.listen(3000)
`,
}

for (const [name, text] of Object.entries(unclear))
  test(`init writes nothing where it cannot see which path is to be guarded: ${name}`, async (t) => {
    const project = projectOf(t, { 'server.ts': text })

    const { code, stdout } = await project.init(['--write', '--json'])
    const { status, why, nextStep } = JSON.parse(stdout)

    assert.equal(code, 1)
    assert.equal(status, 'unsure')
    assert.match(why, /^the path of the MCP server is not clear: /)
    assert.match(nextStep, /--resource/)
    assert.equal(project.read('server.ts'), text)
  })

test('init writes nothing into an application that another file puts below a path', async (t) => {
  const text = `${sdk}import { Hono } from 'hono'\nexport const notes = new Hono()\nnotes.post('/mcp', handle)\n`
  const project = projectOf(t, {
    'notes.ts': text,
    'index.ts':
      "import { Hono } from 'hono'\nimport { notes } from './notes.ts'\nexport default new Hono().route('/api', notes)\n",
  })

  const { code, stdout } = await project.init(['notes.ts', '--write'])

  assert.equal(code, 1)
  assert.match(stdout, /the path of the MCP server is not clear: index\.ts puts the application below a path/)
  assert.equal(project.read('notes.ts'), text)
})

test('with the path that somebody names, init goes on where it could not see it', async (t) => {
  const project = projectOf(t, { 'server.ts': unclear['Express, in a router below a path'] ?? '' })

  const { code } = await project.init(['--write', '--resource', 'https://mcp.example.com/api/mcp'])

  assert.equal(code, 0)
  assert.match(project.read('server.ts'), /resource: 'https:\/\/mcp\.example\.com\/api\/mcp'/)
})

test('a path of --resource that is not the one in the code is refused: nothing would be guarded', async (t) => {
  const project = projectOf(t, { 'server.js': express })

  const { code, stdout } = await project.init(['--write', '--resource', 'https://mcp.example.com/api/mcp'])

  assert.equal(code, 1)
  assert.match(stdout, /the code serves it at \/mcp, and \/api\/mcp of --resource would guard something else/)
  assert.equal(project.read('server.js'), express)
})

test('what leads to the same server on the older transport is guarded too', async (t) => {
  const text = express.replace('app.listen', "app.get('/sse', sse)\napp.post('/messages', messages)\napp.listen")
  const project = projectOf(t, { 'server.js': text })

  await project.init(['--write', '--resource', 'https://mcp.example.com/mcp'])

  assert.match(
    project.read('server.js'),
    /alsoServedAt: \['https:\/\/mcp\.example\.com\/sse', 'https:\/\/mcp\.example\.com\/messages'\]/,
  )
})

const taken: Readonly<Record<string, readonly [file: string, text: string, why: RegExp]>> = {
  'requireBearerAuth of the official SDK': [
    'server.js',
    `import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'\n${express}`,
    /requireBearerAuth asks for tokens there already/,
  ],
  'withMcpAuth of mcp-handler': [
    'app/mcp/route.ts',
    "import { createMcpHandler, withMcpAuth } from 'mcp-handler'\nconst handler = withMcpAuth(createMcpHandler(() => {}), verify)\nexport { handler as GET, handler as POST }\n",
    /withMcpAuth/,
  ],
  'authenticate of FastMCP': [
    'server.ts',
    "import { FastMCP } from 'fastmcp'\nconst server = new FastMCP({ name: 'a', version: '1.0.0', authenticate: mine })\nserver.start({ transportType: 'httpStream', httpStream: { port: 8080 } })\n",
    /"authenticate" of its own/,
  ],
  'OAuthProvider of workers-oauth-provider': [
    'server.ts',
    "import { OAuthProvider } from '@cloudflare/workers-oauth-provider'\nimport { McpAgent } from 'agents/mcp'\nexport default { fetch: (request) => new OAuthProvider({}).fetch(request) }\n",
    /OAuthProvider asks for tokens there already/,
  ],
}

for (const [name, [file, text, why]] of Object.entries(taken))
  test(`init does not put a second guard beside the one that is there: ${name}`, async (t) => {
    const project = projectOf(t, { 'package.json': '{"type":"module","dependencies":{"next":"16"}}', [file]: text })

    const { code, stdout } = await project.init(['--write'])

    assert.equal(code, 1)
    assert.match(stdout, why)
    assert.equal(project.read(file), text)
  })

test('an application that no variable holds is left to its author, with the lines to put there', async (t) => {
  const text = `${sdk}import express from 'express'\nexport const start = () => express().post('/mcp', handle).listen(3000)\n`
  const project = projectOf(t, { 'server.js': text })

  const { code, stdout } = await project.init(['--write'])

  assert.equal(code, 1)
  assert.match(stdout, /not sure where the lines belong: server\.js:3, the application is made there/)
  assert.match(stdout, /^ {4}app\.use\(protect\(resourceServer\)\) \/\/ first$/m)
})

test('what init writes looks like the file: CommonJS, tabs, double quotes, semicolons, line ends of Windows', async (t) => {
  const text = `const { McpServer } = require("@modelcontextprotocol/sdk/server/mcp.js");
const express = require("express");

function start() {
	const app = express();
	app.post("/mcp", handle);
	app.listen(4000);
}
start();
`.replaceAll('\n', '\r\n')
  const project = projectOf(t, { 'package.json': '{}', 'server.js': text })

  await project.init(['--write'])

  assert.equal(
    project.read('server.js'),
    `const { McpServer } = require("@modelcontextprotocol/sdk/server/mcp.js");
const express = require("express");
const { createResourceServer } = require("@portcullis/auth");
const { protect } = require("@portcullis/auth/express");

function start() {
	const app = express();
	const resourceServer = createResourceServer({
		resource: "http://localhost:4000/mcp",
		authorizationServers: ["http://127.0.0.1:7090"],
	});
	app.use(protect(resourceServer));
	app.post("/mcp", handle);
	app.listen(4000);
}
start();
`.replaceAll('\n', '\r\n'),
  )
})

test('names that are taken stay what they were', async (t) => {
  const text = express.replace('app.listen(3000)', 'const protect = 1\nconst resourceServer = 2\napp.listen(3000)')
  const project = projectOf(t, { 'server.js': text })

  await project.init(['--write'])

  assert.match(project.read('server.js'), /import \{ protect as protectMcp \} from/)
  assert.match(
    project.read('server.js'),
    /const mcpResourceServer = [\s\S]*app\.use\(protectMcp\(mcpResourceServer\)\)/,
  )
})

const written: Readonly<
  Record<string, readonly [files: Readonly<Record<string, string>>, path: string, lines: RegExp]>
> = {
  'Express that is made in one file and served in another': [
    {
      'app.ts': `${sdk}import express from 'express'\nexport const app = express()\napp.all('/mcp', handle)\n`,
      'server.ts':
        "import { createServer } from 'node:http'\nimport { app } from './app.ts'\ncreateServer(app).listen(3000)\n",
    },
    'app.ts',
    /export const app = express\(\)\nconst resourceServer[\s\S]*\napp\.use\(protect\(resourceServer\)\)\napp\.all/,
  ],
  'createMcpExpressApp of the SDK': [
    {
      'server.ts':
        "import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js'\nconst app = createMcpExpressApp()\napp.post('/mcp', handle)\napp.listen(3000)\n",
    },
    'server.ts',
    /app = createMcpExpressApp\(\)\n[\s\S]*app\.use\(protect\(resourceServer\)\)\napp\.post/,
  ],
  'Fastify in a function that is not asynchronous': [
    {
      'server.js': `${sdk}import Fastify from 'fastify'\nfunction start() {\n  const app = Fastify({ logger: true })\n  app.route({ method: 'POST', url: '/mcp', handler })\n  app.listen({ port: 3000 })\n}\nstart()\n`,
    },
    'server.js',
    /\n {2}app\.register\(protect\(resourceServer\)\)\n {2}app\.route/,
  ],
  'Fastify that is required and made at once, in a file of CommonJS': [
    {
      'server.cjs': `const { McpServer } = require('@modelcontextprotocol/server')\nconst app = require('fastify')({ logger: true })\napp.post('/mcp', handle)\napp.listen({ port: 3000 })\n`,
    },
    'server.cjs',
    /const \{ protect \} = require\('@portcullis\/auth\/fastify'\)\n[\s\S]*\napp\.register\(protect\(resourceServer\)\)\napp\.post/,
  ],
  'Koa with a router at its root': [
    {
      'server.js': `${sdk}import Koa from 'koa'\nimport Router from '@koa/router'\nconst app = new Koa()\nconst router = new Router()\nrouter.all('/mcp', handle)\napp.use(router.routes())\napp.listen(3000)\n`,
    },
    'server.js',
    /new Koa\(\)\n[\s\S]*app\.use\(protect\(resourceServer\)\)\nconst router/,
  ],
  'NestJS behind a global prefix': [
    {
      'main.ts':
        "import { NestFactory } from '@nestjs/core'\nimport { AppModule } from './app.module'\nasync function bootstrap() {\n  const app = await NestFactory.create(AppModule)\n  app.setGlobalPrefix('api')\n  await app.listen(process.env.PORT ?? 3000)\n}\nbootstrap()\n",
      'app.module.ts': `${sdk}import { All, Controller, Module } from '@nestjs/common'\n@Controller('mcp')\nclass Mcp {\n  @All()\n  handle() {}\n}\n@Module({ controllers: [Mcp] })\nexport class AppModule {}\n`,
    },
    'main.ts',
    /NestFactory\.create\(AppModule\)\n {2}const resourceServer[\s\S]*localhost:3000\/api\/mcp[\s\S]*\n {2}app\.use\(protect\(resourceServer\)\)\n {2}app\.setGlobalPrefix/,
  ],
  'Next.js with a folder that stood for transports': [
    {
      'package.json': '{"dependencies":{"next":"16"}}',
      'src/app/api/[transport]/route.ts':
        'import { createMcpHandler } from "mcp-handler";\nconst handler = createMcpHandler(() => {});\nexport const GET = handler;\nexport const POST = handler;\n',
    },
    'src/app/.well-known/oauth-protected-resource/[[...path]]/route.ts',
    /^export \{ DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT \} from "\.\.\/\.\.\/\.\.\/api\/\[transport\]\/route";\n$/,
  ],
  Nuxt: [
    {
      'package.json': '{"dependencies":{"nuxt":"4"}}',
      'server/api/mcp.ts':
        "import { createMcpHandler } from '@modelcontextprotocol/server'\nexport default defineEventHandler(() => createMcpHandler(createNotes))\n",
    },
    'server/middleware/0.portcullis.ts',
    /^import \{ createResourceServer \} from '@portcullis\/auth'\nimport \{ protect \} from '@portcullis\/auth\/h3'\n\nconst resourceServer = [\s\S]*localhost:3000\/api\/mcp[\s\S]*\nexport default protect\(resourceServer\)\n$/,
  ],
  'Deno with specifiers of npm': [
    {
      'deno.json': '{}',
      'package.json': '',
      'main.ts':
        "import { createMcpHandler } from 'npm:@modelcontextprotocol/server@2'\nconst mcp = createMcpHandler(createNotes)\nDeno.serve(mcp.fetch)\n",
    },
    'main.ts',
    /from 'npm:@portcullis\/auth\/fetch'\n[\s\S]*localhost:8000\/mcp[\s\S]*\nDeno\.serve\(protect\(resourceServer, mcp\.fetch\)\)\n$/,
  ],
  'Bun with more than the MCP server': [
    {
      'server.ts':
        "import { createMcpHandler } from '@modelcontextprotocol/server'\nconst mcp = createMcpHandler(createNotes)\nBun.serve({\n  port: 3000,\n  fetch: (request: Request) => (new URL(request.url).pathname === '/mcp' ? mcp.fetch(request) : home()),\n})\n",
    },
    'server.ts',
    /const handle = \(request: Request\) => [\s\S]*fetch: protect\(resourceServer, \(request\) => handle\(request\), \{ otherwise: handle \}\),/,
  ],
  'Workers with an environment': [
    {
      'package.json': '{"devDependencies":{"wrangler":"4"}}',
      'src/index.ts':
        "import { createMcpHandler } from '@modelcontextprotocol/server'\nexport default {\n  async fetch(request: Request, env: Env, ctx: ExecutionContext) {\n    if (new URL(request.url).pathname === '/mcp') return createMcpHandler(make(env)).fetch(request)\n    return new Response('home')\n  },\n  scheduled() {},\n} satisfies ExportedHandler<Env>\n",
    },
    'src/index.ts',
    /const worker = \{[\s\S]*\} satisfies ExportedHandler<Env>\n\nconst resourceServer = [\s\S]*localhost:8787\/mcp[\s\S]*const guarded = protect\(\n {2}resourceServer,\n {2}\(request: Request, _caller, env: Env, ctx: ExecutionContext\) => worker\.fetch\(request, env, ctx\),\n {2}\{ otherwise: \(request: Request, env: Env, ctx: ExecutionContext\) => worker\.fetch\(request, env, ctx\) \},\n\)\nexport default \{ \.\.\.worker, fetch: guarded \}\n$/,
  ],
  'the agents of Cloudflare': [
    {
      'package.json': '{"devDependencies":{"wrangler":"4"}}',
      'src/index.js':
        "import { McpAgent } from 'agents/mcp'\nexport class Notes extends McpAgent {}\nexport default Notes.serve('/mcp')\n",
    },
    'src/index.js',
    /const worker = Notes\.serve\('\/mcp'\)\n\n[\s\S]*const guarded = protect\(\n {2}resourceServer,\n {2}\(request, _caller, env, ctx\) => worker\.fetch\(request, env, ctx\),\n/,
  ],
  'node:http with a listener of a name': [
    {
      'server.js': `${sdk}import { createServer } from 'node:http'\nfunction listen(req, res) {\n  if (req.url === '/mcp') handle(req, res)\n}\ncreateServer(listen).listen(3000)\n`,
    },
    'server.js',
    /createServer\(\(req, res\) => guard\(req, res, \(error\) => \(error \? res\.writeHead\(500\)\.end\(\) : listen\(req, res\)\)\)\)\.listen/,
  ],
  'node:http where the MCP server is all that there is': [
    {
      'server.js':
        "import { createServer } from 'node:http'\nimport { toNodeHandler } from '@modelcontextprotocol/node'\nimport { createMcpHandler } from '@modelcontextprotocol/server'\ncreateServer(toNodeHandler(createMcpHandler(createNotes))).listen(3000)\n",
    },
    'server.js',
    /\ncreateServer\(protect\(resourceServer, toNodeHandler\(createMcpHandler\(createNotes\)\)\)\)\.listen\(3000\)\n$/,
  ],
}

for (const [name, [files, path, lines]] of Object.entries(written))
  test(`init --write protects ${name}`, async (t: TestContext) => {
    const project = projectOf(t, files)

    const { code, stdout, stderr } = await project.init(['--write'])

    assert.equal(code, 0, stdout + stderr)
    assert.match(project.read(path), lines)
  })

test('a text of several lines within a listener keeps each of its characters', async (t) => {
  const page = '`<p>\n  Notes\n</p>`'
  const project = projectOf(t, {
    'server.js': `${sdk}import { createServer } from 'node:http'\ncreateServer(async (req, res) => {\n  if (req.url === '/mcp') return handle(req, res)\n  res.end(${page})\n}).listen(3000)\n`,
  })

  await project.init(['--write'])

  const text = project.read('server.js')
  assert.ok(text.includes(`\n    res.end(${page})\n`), text)
  assert.match(
    text,
    /createServer\(\(req, res\) => \{\n {2}guard\(req, res, async \(error\) => \{\n {4}if \(error\) return void res\.writeHead\(500\)\.end\(\)\n/,
  )
})

test('FastMCP that speaks over standard streams alone has no tokens: the gateway starts it', async (t) => {
  const project = projectOf(t, {
    'server.ts':
      "import { FastMCP } from 'fastmcp'\nconst server = new FastMCP({ name: 'a', version: '1.0.0' })\nserver.start({ transportType: 'stdio' })\n",
  })

  const { stdout } = await project.init()

  assert.match(stdout, /portcullis serve --stdio "node server\.ts"/)
})
