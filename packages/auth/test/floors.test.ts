import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

/** The architecture. A change of this table wants its reason in the commit message. */
const mayImport: Record<string, readonly string[]> = {
  '': ['protocol', 'resource-server'], // the published entry `.`
  protocol: [],
  mcp: ['protocol'],
  net: ['protocol'],
  jwt: ['protocol', 'net'],
  'resource-server': ['protocol', 'mcp', 'net', 'jwt'],
  'authorization-server': ['protocol', 'net', 'jwt'],
  'identity-providers': ['protocol', 'net', 'jwt', 'authorization-server'],
  issuers: ['protocol', 'net', 'resource-server'],
  'token-exchange': ['protocol', 'net', 'jwt', 'resource-server'],
  'dev-links': ['protocol', 'jwt', 'resource-server', 'authorization-server'],
  stores: ['protocol', 'authorization-server'],
  opentelemetry: ['protocol'],
  tools: ['protocol', 'mcp', 'resource-server'],
  adapters: ['protocol', 'mcp', 'net', 'resource-server', 'authorization-server'],
  testing: ['protocol', 'jwt', 'resource-server', 'authorization-server', 'stores'],
}

/** Packages that stand on one floor and nowhere else. */
const mayImportPackage: Record<string, readonly string[]> = {
  jwt: ['jose'],
  'identity-providers': ['oauth4webapi'],
  stores: ['pg'],
  opentelemetry: ['@opentelemetry/api'],
  adapters: ['undici', 'ipaddr.js'],
}

/** Where Node, the process and the system's clock may appear at all ("Floors of the library" in docs/architecture.md). */
const isNodeAllowed =
  /^(stores\/|adapters\/((node|express|fastify|koa|nest|h3|mcp-sdk|fastmcp)\.ts$|node\/|[\w-]+\.node\.ts$))/

/** Where an option's default may be the system's own clock or fetch: everyone else is given them. */
const isDefaultAllowed = /^([\w-]+\/config\.ts|resource-server\/remote-revocations\.ts)$/

/** Imports that Node and other runtimes resolve differently: they stand in the way of every request. */
const conditionalImports: Record<string, string> = {
  '#base64url': 'protocol',
  '#hmac': 'jwt',
  '#sha256': 'jwt',
}

const packageFolder = join(dirname(fileURLToPath(import.meta.url)), '..')
const source = join(packageFolder, 'src')

// The compiled suites run without the sources: there is nothing to read then.
const files = globSync('**/*.ts', { cwd: source })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !/\.(test|d)\.ts$/.test(file))
  .sort()

for (const file of files) {
  const text = readFileSync(join(source, file), 'utf8')
  const code = withoutTextAndComments(text)
  const imports = importsOf(text)

  test(`${file} keeps to its floor`, () => {
    const allowed = [floorOf(file), ...(mayImport[floorOf(file)] ?? [])]

    const floors = imports.flatMap((name) => floorOfImport(file, name) ?? [])

    assert.ok(Object.hasOwn(mayImport, floorOf(file)), `"${floorOf(file)}" is not a floor: name it in the table`)
    assert.deepEqual(
      floors.filter((floor) => !allowed.includes(floor)),
      [],
    )
  })

  test(`${file} imports no package but its floor's own`, () => {
    const packages = imports.filter((name) => !/^(\.|#|node:)/.test(name)).map(packageOf)

    assert.deepEqual(
      packages.filter((name) => !mayImportPackage[floorOf(file)]?.includes(name)),
      [],
    )
  })

  test(`${file} is given what it needs of its surroundings`, () => {
    const found = [
      ...imports.filter((name) => name.startsWith('node:')),
      ...matches(code, /(?<![.\w])(process\.|require\(|Buffer\.|console\.|setInterval\()/g),
      ...(isDefaultAllowed.test(file) ? [] : matches(code, /Date\.now|new Date\(\)|=> fetch\(|globalThis\.fetch/g)),
      ...(isPure(file) ? matches(code, /\b(crypto|Math\.random|setTimeout|performance|fetch\(|new Date)\b/g) : []),
    ]

    assert.deepEqual(isNodeAllowed.test(file) ? [] : found, [])
  })
}

test('programs import the library by its published name only', () => {
  const repository = join(packageFolder, '..', '..')
  const programs = globSync('{packages/{portcullis,doctor}/**,examples/**,conformance/**,interop/**,bench/**}/*.ts', {
    cwd: repository,
    exclude: (path) => /(^|[\\/])(node_modules|dist|\.[^\\/]+)$/.test(String(path)),
  })

  const strays = programs.flatMap((file) =>
    importsOf(readFileSync(join(repository, file), 'utf8'))
      .filter((name) => reachesIntoLibrary(file.replaceAll('\\', '/'), name))
      .map((name) => `${file}: ${name}`),
  )

  assert.deepEqual(strays, [])
})

test('only the command line of the program reads arguments and the environment', () => {
  const program = join(packageFolder, '..', 'portcullis', 'src')
  const strays = globSync('**/*.ts', { cwd: program })
    .filter((file) => !/\.test\.ts$|^cli\.ts$/.test(file))
    .filter((file) => /process\.(env|argv)/.test(withoutTextAndComments(readFileSync(join(program, file), 'utf8'))))

  assert.deepEqual(strays, [])
})

function floorOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : ''
}

/** The floor that an import leads to; `undefined` for packages and Node. */
function floorOfImport(file: string, name: string): string | undefined {
  if (name.startsWith('#')) return conditionalImports[name] ?? name
  if (!name.startsWith('.')) return undefined
  const target = normalize(join(dirname(file), name)).replaceAll('\\', '/')
  assert.ok(existsSync(join(source, target)), `${file} imports ${name}, which is not there`)
  return floorOf(target)
}

/** `jose` of `jose/jwt/verify`, `@a/b` of `@a/b/c`. */
function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/')
}

function importsOf(text: string): readonly string[] {
  const statement =
    /(?:^|[\n;])\s*(?:import|export)\s[^'";]*?from\s*['"]([^'"]+)['"]|(?:^|[\n;])\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g
  return [...text.matchAll(statement)].flatMap(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? [])
}

function isPure(file: string): boolean {
  return ['protocol', 'mcp'].includes(floorOf(file))
}

function reachesIntoLibrary(file: string, name: string): boolean {
  if (/^@portcullis\/auth\/(src|dist)\//.test(name)) return true
  const target = normalize(join(dirname(file), name)).replaceAll('\\', '/')
  return name.startsWith('.') && /^packages\/auth\//.test(target)
}

function withoutTextAndComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`\w])\/\/.*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, ' ')
}

function matches(code: string, pattern: RegExp): readonly string[] {
  return [...code.matchAll(pattern)].map(([match]) => match)
}
