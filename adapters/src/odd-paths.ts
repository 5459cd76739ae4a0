import { exchange } from './exchange.ts'
import { initialize, ofMcp } from './messages.ts'
import { host } from './place.ts'

/**
 * Looks for a way past the guard: asks, without a token, for paths that nobody would write and some router may take for that of the MCP server.
 * Resolves to those that its tools answered at. The same seed gives the same paths.
 */
export async function strayPaths({
  port,
  count,
  seed,
}: {
  port: number
  count: number
  seed: number
}): Promise<readonly string[]> {
  const random = createRandom(seed)
  const strays: string[] = []
  for (let tried = 0; tried < count; tried++) {
    const target = oddPath(random)
    const sent = { method: 'POST', target, headers: ofMcp, body: initialize }
    const body = await exchange(sent, { port, host }).then(
      (answer) => answer.body,
      () => '', // what is no request at all is not answered
    )
    if (body.includes('serverInfo')) strays.push(target)
  }
  return strays
}

type Random = (below: number) => number

function oddPath(random: Random): string {
  let path = '/mcp'
  for (let changes = 1 + random(4); changes > 0; changes--) path = pick(alterations, random)(path, random)
  return (
    pick(
      [
        '',
        '',
        '',
        '//evil.example',
        '/\\evil.example',
        'http:///evil.example',
        'http://evil.example',
        'HTTP://mcp.example:80',
        'http://',
        'http://evil.example?x',
      ],
      random,
    ) + path
  )
}

const alterations: readonly ((path: string, random: Random) => string)[] = [
  (path, random) => at(path, random, (character) => character.toUpperCase()),
  (path, random) => at(path, random, encoded),
  (path, random) => at(path, random, (character) => encoded(character).toLowerCase()),
  (path, random) => at(path, random, (character) => encoded(encoded(character))),
  (path, random) => at(path, random, (character) => `${character}${pick(inserted, random)}`),
  (path, random) => at(path, random, (character) => `${pick(inserted, random)}${character}`),
  (path, random) => path + pick(appended, random),
  (path, random) =>
    pick(['/x/..', '/x/../', '/mcp-health/..', '/.', '//', '/%2e', '/x/%2e%2e', '/\\', '/a;b/..', '/;'], random) + path,
]

const inserted = [
  '/',
  '//',
  '\\',
  '%2f',
  '%5c',
  '.',
  './',
  '../',
  '%2e',
  ';',
  ';x=1',
  '%3b',
  '%00',
  '%0a',
  '%09',
  '%20',
  '%c0%af',
  '%ef%bc%8f',
  '%',
  '%u006d',
  '+',
]
const appended = [
  '/',
  '//',
  '/.',
  '/..',
  '/../mcp',
  '/x',
  '/x/..',
  '?',
  '?x',
  '#',
  '#x',
  '%23',
  '%3f',
  '%3fx',
  ';',
  ';/',
  '.',
  '.json',
  '.rsc',
  '%20',
  '%00',
  '%0a',
  '/index',
  '~',
  '&x=1',
  ':80',
]

function encoded(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join('')
}

function at(path: string, random: Random, change: (character: string) => string): string {
  const where = random(path.length)
  return path.slice(0, where) + change(path[where] ?? '') + path.slice(where + 1)
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[random(items.length)]
  if (item === undefined) throw new TypeError('Nothing to pick from')
  return item
}

/** mulberry32 */
function createRandom(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
