import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Piece, Place, Stack } from '../scene.ts'
import { authorizationServerMetadata, metadataUrl, resourceMetadata } from '../sound.ts'
import { startSignInBeside } from './sign-in-beside.ts'
import { startServer } from './start-script.ts'

const installed = join(import.meta.dirname, '..', '..', 'node_modules')

/** Next.js, App Router. Each piece is a file of its own, as its fix is. */
export const next: Stack = {
  name: 'next',

  sound: (place) => ({
    guard: '',
    challenge: `async function POST(request: Request) {
  const [, token] = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '') ?? []
  if (token !== undefined && (await isValid(token))) return handler(request)
  const error = token === undefined ? '' : 'error="invalid_token", '
  return new Response(null, { status: 401, headers: { 'WWW-Authenticate': \`Bearer \${error}resource_metadata="${metadataUrl(place)}"\` } })
}
export { POST, POST as GET, POST as DELETE }`,
    resource_metadata: `export function GET() {
  return Response.json(${JSON.stringify(resourceMetadata(place))}, { headers: { 'Access-Control-Allow-Origin': '*' } })
}`,
    authorization_server_metadata: `export function GET() {
  return Response.json(${JSON.stringify(authorizationServerMetadata(place))}, { headers: { 'Access-Control-Allow-Origin': '*' } })
}`,
  }),

  async start(pieces, place, folder) {
    const { port, path } = place
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    }
    const piece = (name: Piece, file: string, before = '') => {
      const text = pieces[name] ?? ''
      if (text !== '') write(file, `${before}${text}\n`)
    }
    write('package.json', '{ "private": true, "type": "module" }')
    write(
      'tsconfig.json',
      '{ "compilerOptions": { "jsx": "preserve", "strict": false, "moduleResolution": "bundler", "module": "esnext" } }',
    )
    write(
      'app/layout.tsx',
      'export default function Layout({ children }: { children: React.ReactNode }) { return <html><body>{children}</body></html> }\n',
    )
    write('app/page.tsx', 'export default function Page() { return <p>A product</p> }\n')
    write('app/login/page.tsx', 'export default function Page() { return <p>Sign in</p> }\n')
    write('app/[...rest]/route.ts', pieces.sign_in ?? signInRoutes())
    piece('resource_metadata', 'app/.well-known/oauth-protected-resource/[[...path]]/route.ts')
    piece('authorization_server_metadata', 'app/.well-known/oauth-authorization-server/route.ts')
    piece('challenge', `app${path}/route.ts`, endpoint)
    // What a guard guards stands in the project; the fix changes what it applies to.
    const guard = pieces.guard ?? ''
    if (guard !== '') write('proxy.ts', `${guardCode}${guard}\n`)
    const signIn = Object.values(pieces)
      .join('')
      .includes(`127.0.0.1:${port + 1}`)
      ? await startSignInBeside(port + 1)
      : undefined
    const server = await startServer({
      command: [
        process.execPath,
        join(installed, 'next', 'dist', 'bin', 'next'),
        'dev',
        '--port',
        String(port),
        '--hostname',
        '127.0.0.1',
      ],
      folder,
      port,
      env: { NEXT_TELEMETRY_DISABLED: '1' },
      limit: 90,
    })
    await compileRoutes(place)
    return {
      async stop() {
        await server.stop()
        await signIn?.stop()
      },
    }
  },
}

/** In development Next.js compiles a route when it is first asked for, which would be counted as the server's own slowness. */
async function compileRoutes({ origin, target }: Place): Promise<void> {
  const paths = [
    '/register',
    '/authorize',
    '/login',
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-authorization-server',
  ]
  for (const url of [target, ...paths.map((path) => `${origin}${path}`)])
    await fetch(url, { redirect: 'manual' }).then((response) => response.text())
}

const endpoint = `const isValid = async (token: string) => token === 'good'
const handler = async (request: Request) => {
  const { id = null } = await request.json().catch(() => ({}))
  return Response.json({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'scene', version: '1' } } })
}
`

const guardCode = `import { NextResponse } from 'next/server'
import type { NextRequest } from 'next/server'
export function proxy(request: NextRequest) {
  const { pathname } = request.nextUrl
  if (pathname.startsWith('/login') || request.cookies.has('session')) return NextResponse.next()
  return NextResponse.redirect(new URL('/login', request.url))
}
`

/** The endpoints of the application's own sign-in server; token and registration answer as Next.js does at a route that has POST alone. */
export function signInRoutes({ registration = '/register' } = {}): string {
  return `export async function GET(request: Request) {
  const { pathname } = new URL(request.url)
  if (pathname === '/authorize') return new Response('<p>Sign in</p>', { status: 400, headers: { 'content-type': 'text/html' } })
  if (pathname === '/jwks') return Response.json({ keys: [] })
  if (pathname === '/token' || pathname === '${registration}') return new Response(null, { status: 405, headers: { allow: 'POST' } })
  return new Response('not found', { status: 404 })
}
export async function POST(request: Request) {
  const { pathname } = new URL(request.url)
  if (pathname === '/token') return Response.json({ error: 'invalid_request' }, { status: 400 })
  if (pathname === '${registration}') return Response.json({ client_id: 'scene', redirect_uris: [] }, { status: 201 })
  return new Response('not found', { status: 404 })
}
`
}
