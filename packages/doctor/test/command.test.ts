import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { exitCodes, type Report } from '../src/index.ts'
import { ran } from './io.ts'
import { listening } from './loopback-server.ts'
import { letIn, plain, startMcpServer } from './mcp-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'doctor-command-'))
after(() => rmSync(folder, { recursive: true }))

const noEndpoints = { '/authorize': undefined, '/token': undefined, '/register': undefined }
const openServer = { challenge: letIn, resource: () => undefined, server: () => undefined, routes: noEndpoints }
const withoutS256 = { server: (document: object) => ({ ...document, code_challenge_methods_supported: ['plain'] }) }
const atOrigin = { resource: (document: object, origin: string) => ({ ...document, resource: origin }) }

test('0: all clients that were asked about connect', async () => {
  const { origin } = await startMcpServer()

  const { code, out, err } = await ran([`${origin}/mcp`, '--client', 'claude-code, codex'])

  assert.equal(code, exitCodes.allConnect)
  assert.match(out, /all 2 clients will connect\.\n/)
  assert.match(out, /✓ {2}●─+●.*\n {5}2 connect: Claude Code, Codex CLI\n/)
  assert.equal(err, '')
})

test('1: a client stops, and the report says where, what it shows, why, and the fix', async () => {
  const { origin } = await startMcpServer(atOrigin)

  const { code, out } = await ran([`${origin}/mcp`, '--client', 'gemini-cli'])

  assert.equal(code, exitCodes.someStop)
  assert.match(out, /Gemini CLI will not connect\.\n/)
  assert.match(out, /✗ {2}●─+●─+●─+✗\n/)
  assert.match(out, /Gemini CLI shows “Protected resource .* does not\s+match/)
  assert.match(out, /What is wrong: stops it\n/)
  assert.match(out, new RegExp(`Check again: portcullis doctor ${origin}/mcp\n`))
})

test('1: who is let in where a sign-in is meant is counted apart, as nobody', async () => {
  const { origin } = await startMcpServer({ challenge: letIn })

  const { code, out } = await ran([`${origin}/mcp`, '--client', 'claude-code,codex,vscode'])

  assert.equal(code, exitCodes.someStop)
  assert.match(out, /of 3 clients 1 will connect and 2 will get in as\s+nobody, without signing in\./)
  assert.match(out, /! {2}●╌+○\n {5}2 get in as nobody, without signing in: Claude Code, Visual Studio Code\n/)
  assert.match(out, /What is wrong: 2 of 3 get in as nobody\n/)
})

test('0: a server that is meant to be open is told as such', async () => {
  const { origin } = await startMcpServer(openServer)

  const { code, out } = await ran([`${origin}/mcp`, '--client', 'claude-code,vscode'])

  assert.equal(code, exitCodes.allConnect)
  assert.match(out, /all 2 clients will connect without signing in\./)
})

test('a client that runs in a data centre connects once there is a public address', async () => {
  const { origin } = await startMcpServer()

  const { code, out } = await ran([`${origin}/mcp`, '--client', 'claude,claude-code'])

  assert.equal(code, exitCodes.allConnect)
  assert.match(out, /1 will connect and 1 once the server\s+has a public https address/)
  assert.match(out, /! {2}◌─+●.*\n {5}1 connects once the server has a public https address: Claude\n/)
})

test('0: a healthy server is healthy, whatever nobody knows of some clients', async () => {
  const { origin } = await startMcpServer()

  const { code, out } = await ran([`${origin}/mcp`])

  assert.equal(code, exitCodes.allConnect)
  assert.match(out, /may or may not/)
})

test('3: of a client that was asked for nobody can tell, and none stops', async () => {
  const { origin } = await startMcpServer()

  const { code, out } = await ran([`${origin}/mcp`, '--client', 'perplexity,codex'])

  assert.equal(code, exitCodes.undecided)
  assert.match(out, /of 2 clients 1 will connect and 1 may or may not\./)
  assert.match(out, /\? {2}●─+●─+●─+●─+●─+\?\n/)
})

test('where a public server cannot be reached the report says whom a firewall must let in', async () => {
  const { out: saved } = await ran(['http://127.0.0.1:1/mcp', '--json'])
  const file = join(folder, 'public.json')
  const ofPublic = saved
    .replaceAll('http://127.0.0.1:1/', 'https://mcp.example.com/')
    .replaceAll('127.0.0.1', '93.184.215.14')
  writeFileSync(file, ofPublic)

  const { code, out } = await ran(['--from', file])

  assert.equal(code, exitCodes.someStop)
  assert.match(out, /Claude\s+comes\s+from\s+160\.79\.104\.0\/21/)
  assert.match(out, /ChatGPT\s+comes\s+from\s+https:\/\/openai\.com\/chatgpt-connectors\.json/)
})

test('1: nothing answers: no picture, but the reason and what to do', async () => {
  const { code, out } = await ran(['http://127.0.0.1:1/mcp'])

  assert.equal(code, exitCodes.someStop)
  assert.match(out, /^http:\/\/127\.0\.0\.1:1\/mcp\nNo client can reach it\.\n/)
  assert.match(out, /Fix: make the server answer/)
  assert.ok(!out.includes('●') && !out.includes('Claude'))
})

for (const [why, argv, message] of [
  ['no URL', [], /^Say which server/],
  ['a URL without its scheme', ['mcp.example.com/mcp'], /did you mean https:\/\/mcp\.example\.com\/mcp \?/],
  ['a URL with one slash', ['https:/mcp.example.com/mcp'], /^"https:\/mcp\.example\.com\/mcp" is no URL\n/],
  ['a URL without slashes', ['https:mcp.example.com/mcp'], /^"https:mcp\.example\.com\/mcp" is no URL\n/],
  ['a URL with a space', ['https://mcp.example.com/m cp'], /^"https:\/\/mcp\.example\.com\/m cp" is no URL\n/],
  ['a URL with a backslash', ['https://mcp.example.com\\@x/'], / is no URL\n/],
  [
    'a secret in a URL without its scheme',
    ['mcp.example.com/mcp?token=secret1'],
    /^"mcp\.example\.com\/mcp\?token=~hidden1~" is no URL; did you mean https:\/\/mcp\.example\.com\/mcp\?token=~hidden1~ \?\n/,
  ],
  [
    'a secret in a second URL',
    ['http://a.example', 'http://b.example/?token=secret1'],
    /there is also "http:\/\/b\.example\/\?token=~hidden1~"/,
  ],
  ['a password in no URL', ['https://me:secret1@[/'], /^"https:\/\/~hidden1~@\[\/" is no URL\n/],
  [
    'the URL of a report without its secret',
    ['https://a.example/s/~hidden1~'],
    /is from a report, which left a secret out/,
  ],
  ['a URL without end', [`http://a.example/${'a'.repeat(20_000)}`], /^No server takes a URL of 20017 characters\n/],
  ['a host of this machine with its port', ['localhost:3000/mcp'], /did you mean http:\/\/localhost:3000\/mcp \?/],
  ['an address of this machine', ['127.0.0.1:3000/mcp'], /did you mean http:\/\/127\.0\.0\.1:3000\/mcp \?/],
  ['a host with its port', ['mcp.example.com:8443/mcp'], /did you mean https:\/\/mcp\.example\.com:8443\/mcp \?/],
  ['another scheme', ['ftp://mcp.example.com'], /asked by http or https, not by "ftp:"/],
  [
    'two URLs',
    ['http://a.example', 'http://b.example'],
    /One server at a time, but there is also "http:\/\/b\.example"/,
  ],
  ['an option that there is not', ['http://a.example', '--fix'], /^Unknown option '--fix'\n/],
  [
    'a client that there is not',
    ['http://a.example', '--client', 'netscape'],
    /no client "netscape"\. There are: antigravity, /,
  ],
  ['a time that is none', ['http://a.example', '--timeout', 'soon'], /seconds up to 600, not "soon"/],
  ['no time at all', ['http://a.example', '--timeout', '0'], /seconds up to 600, not "0"/],
  ['a URL and a file', ['http://a.example', '--from', 'report.json'], /Either a URL to ask or --from a file/],
  ['a file that is not there', ['--from', 'nowhere.json'], /nowhere\.json cannot be read as a saved report: ENOENT/],
  [
    'a file of something else',
    ['--from', 'other.json'],
    /other\.json cannot be read as a saved report: it is no report of version 1/,
  ],
  ['a file of no JSON', ['--from', 'text.json'], /it is no JSON/],
  ['a report with no exchanges in it', ['--from', 'broken.json'], /"exchanges" has something else in place 1/],
] as const)
  test(`2: ${why} is a wrong command line, and what is wrong is said`, async () => {
    writeFileSync(join(folder, 'other.json'), '{"name":"x"}')
    writeFileSync(join(folder, 'text.json'), 'hello')
    writeFileSync(
      join(folder, 'broken.json'),
      '{"version":1,"target":"https://mcp.example.com/mcp","at":"2026-01-01T00:00:00Z","milliseconds":1,"exchanges":[{"id":1}]}',
    )

    const { code, out, err } = await ran(argv, { folder })

    assert.equal(code, exitCodes.wrongUsage)
    assert.equal(out, '')
    assert.match(err, message)
    assert.ok(!err.includes('secret1'))
  })

test('2: a report that cannot be saved is told', async () => {
  const { code, err } = await ran(['http://127.0.0.1:1/mcp', '--save', 'no/such/folder.json'], { folder })

  assert.equal(code, exitCodes.wrongUsage)
  assert.match(err, /^The report cannot be saved: ENOENT/)
})

test('a report that cannot be saved is shown all the same', async () => {
  const { out } = await ran(['http://127.0.0.1:1/mcp', '--save', 'no/such/folder.json'], { folder })

  assert.match(out, /No client can reach it/)
})

test('what is saved takes neither the rights nor the place of what was there', async () => {
  writeFileSync(join(folder, 'elsewhere.json'), 'kept', { mode: 0o644 })
  symlinkSync(join(folder, 'elsewhere.json'), join(folder, 'link.json'))
  writeFileSync(join(folder, 'open.json'), 'old', { mode: 0o644 })

  for (const name of ['link.json', 'open.json']) {
    await ran(['http://127.0.0.1:1/mcp', '--save', name], { folder })

    assert.equal(lstatSync(join(folder, name)).mode & 0o170_777, 0o100_600)
  }
  assert.equal(readFileSync(join(folder, 'elsewhere.json'), 'utf8'), 'kept')
  assert.ok(!readdirSync(folder).some((name) => name.endsWith('.draft')))
})

interface Wrong {
  readonly notAsked: number
  readonly target: string
  readonly milliseconds: number | string
  readonly took: number | string
  readonly count: number
  readonly outcome: object
}

for (const [what, changes] of [
  ['mailto:', { target: 'mailto:a@b.example' }],
  ['javascript:', { target: 'javascript:alert(1)' }],
  ['two lines', { target: 'https://a.example/\nFix: run this' }],
  ['letters turned round', { target: 'https://a.example/\u202emoc.elpmaxe' }],
  ['a URL without end', { target: `https://a.example/${'a'.repeat(20_000)}` }],
  ['a time without end', { milliseconds: '1e999' }],
  ['an exchange without end', { outcome: { kind: 'failure', reason: 'timed_out', detail: '' }, took: '1e999' }],
  ['more exchanges than anybody asks', { count: 1001 }],
  ['a status that is none', { outcome: { kind: 'answer', status: -7, headers: [], body: '', isWhole: true } }],
  ['a number of requests that is none', { notAsked: -1 }],
  ['a reason that there is not', { outcome: { kind: 'failure', reason: 'toString', detail: '' } }],
] as const)
  test(`2: a saved report with ${what} is refused`, async () => {
    const target = 'https://a.example/mcp'
    const outcome = { kind: 'failure', reason: 'timed_out', detail: '' }
    const all: Wrong = { target, milliseconds: 1, notAsked: 0, took: 1, count: 1, outcome, ...changes }
    const request = { method: 'GET', url: target, headers: {} }
    const exchange = { id: 1, request, outcome: all.outcome, milliseconds: all.took }
    const exchanges = Array.from({ length: all.count }, () => exchange)
    const at = '2026-01-01T00:00:00Z'
    const { milliseconds, notAsked } = all
    const report = { version: 1, target: all.target, at, milliseconds, notAsked, exchanges }
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify(report).replaceAll('"1e999"', '1e999'))

    const { code, err } = await ran(['--from', 'wrong.json'], { folder })

    assert.equal(code, exitCodes.wrongUsage, err)
    assert.match(err, /wrong\.json cannot be read as a saved report/)
  })

test('2: a file of more than 64 MiB is not read', async () => {
  writeFileSync(join(folder, 'large.json'), '')
  truncateSync(join(folder, 'large.json'), 64 * 1024 * 1024 + 1)

  const { code, err } = await ran(['--from', 'large.json'], { folder })

  assert.equal(code, exitCodes.wrongUsage)
  assert.match(err, /larger than 64 MiB/)
})

test('2: what never ends is not read to its end', { skip: !existsSync('/dev/zero') }, async () => {
  const { code, err } = await ran(['--from', '/dev/zero'])

  assert.equal(code, exitCodes.wrongUsage)
  assert.match(err, /larger than 64 MiB/)
})

test('2: nothing is put in the place of what is no file', async () => {
  const socket = join(folder, 'socket')
  const server = createServer().listen(socket)
  await once(server, 'listening')

  const { code, err } = await ran(['http://127.0.0.1:1/mcp', '--save', 'socket'], { folder })

  assert.equal(code, exitCodes.wrongUsage)
  assert.match(err, /^The report cannot be saved: there is something else than a file in its place/)
  assert.ok(lstatSync(socket).isSocket())
  server.close()
})

test('70: a fault of the doctor is told as its own', async () => {
  let err = ''

  const { run } = await import('../src/index.ts')
  const code = await run(['http://127.0.0.1:1/mcp'], {
    stdout: {
      write() {
        throw new Error('the disk is full')
      },
    },
    stderr: { write: (text) => (err += text) },
    environment: {},
  })

  assert.equal(code, exitCodes.failed)
  assert.match(err, /^The doctor failed: the disk is full\n/)
})

test('the help says every option and every exit code', async () => {
  const { code, out } = await ran(['--help'])

  assert.equal(code, exitCodes.allConnect)
  for (const option of ['client', 'json', 'save', 'from', 'timeout', 'verbose', 'no-color', 'help'])
    assert.match(out, new RegExp(`--${option}\\b`))
  for (const number of Object.values(exitCodes)) assert.match(out, new RegExp(`^ {2}${number}\\b`, 'm'))
})

test('what was saved gives the same report, and nothing is asked for it', async () => {
  const { origin, asked } = await startMcpServer(withoutS256)
  const first = await ran([`${origin}/mcp`, '--json', '--save', 'report.json'], { folder })
  const before = asked.length

  const again = await ran(['--from', 'report.json', '--json'], { folder })
  const text = await ran(['--from', 'report.json', '--client', 'codex'], { folder })

  assert.equal(readFileSync(join(folder, 'report.json'), 'utf8'), first.out)
  assert.equal(statSync(join(folder, 'report.json')).mode & 0o777, 0o600)
  assert.deepEqual(JSON.parse(again.out), JSON.parse(first.out))
  assert.equal(again.code, first.code)
  assert.match(
    text.out,
    /Judged anew from what \d+ requests had shown on \d{4}-\d\d-\d\d \d\d:\d\d UTC; nothing was\s+asked now\./,
  )
  assert.equal(asked.length, before)
})

test('what was wanted and not asked any more is told', async () => {
  const { origin } = await startMcpServer()
  const { out } = await ran([`${origin}/mcp`, '--json'])
  writeFileSync(join(folder, 'cut-off.json'), JSON.stringify({ ...JSON.parse(out), notAsked: 3 }))

  const text = await ran(['--from', 'cut-off.json'], { folder })

  assert.match(text.out.replace(/\s+/g, ' '), /3 more requests were wanted and not sent, since \d+ is the most:/)
})

for (const [where, secret, path] of [
  ['query', 'very/secret+1==', '/mcp?api_key=very/secret+1=='],
  ['path', 'Zk3ab9Qx81mmLP02k1kd', '/s/Zk3ab9Qx81mmLP02k1kd/mcp'],
  ['fragment', 'verysecret1', '/mcp#token=verysecret1'],
] as const)
  test(`a secret in the ${where} of the URL is in no report, even if the server repeats it in another spelling`, async () => {
    const { origin } = await startMcpServer({
      first: (request, response) =>
        Boolean(
          response
            .writeHead(302, { location: `/login?next=${encodeURIComponent(request.url ?? '')}` })
            .end(JSON.stringify(request.url).replaceAll('/', '\\/').replaceAll('+', '\\u002B')),
        ),
    })

    for (const argv of [['--verbose'], ['--json', '--save', 'secret.json']]) {
      const { out } = await ran([`${origin}${path}`, ...argv], { folder })
      for (const text of [out, argv.length > 1 ? readFileSync(join(folder, 'secret.json'), 'utf8') : '']) {
        assert.ok(!text.includes(secret), text)
        assert.doesNotMatch(text, /very.{1,9}secret/)
      }
    }
  })

test('a secret in the path is asked for where the server is, and the report says how to paste', async () => {
  const { origin, asked } = await startMcpServer({ routes: { '/s/Zk3ab9Qx81mmLP02k1kd': plain(401) } })

  const { out } = await ran([`${origin}/s/Zk3ab9Qx81mmLP02k1kd`])

  assert.ok(asked.includes('POST /s/Zk3ab9Qx81mmLP02k1kd'))
  assert.ok(asked.includes('GET /.well-known/oauth-protected-resource/s/Zk3ab9Qx81mmLP02k1kd'))
  assert.ok(asked.every((each) => !each.includes('~')))
  assert.match(out, /Check again: portcullis doctor 'http:\/\/[^/]+\/s\/~hidden1~'\n/)
  assert.match(out.replace(/\s+/g, ' '), /Where ~hidden1~ or the like stands, a secret of the URL was left out/)
})

test('--timeout ends the asking', async () => {
  const origin = await listening(() => {})
  const startedAt = performance.now()

  const { code } = await ran([`${origin}/mcp`, '--timeout', '0.4'])

  assert.equal(code, exitCodes.undecided)
  assert.ok(performance.now() - startedAt < 3000)
})

for (const [terminal, isColored, argv] of [
  [{ columns: 80 }, true, []],
  [{}, false, []],
  [{ columns: 80, environment: { NO_COLOR: '1' } }, false, []],
  [{ columns: 80, environment: { TERM: 'dumb' } }, false, []],
  [{ environment: { FORCE_COLOR: '1' } }, true, []],
  [{ columns: 80, environment: { FORCE_COLOR: '0' } }, false, []],
  [{ environment: { FORCE_COLOR: '1', NO_COLOR: '1' } }, false, []],
  [{ columns: 80 }, false, ['--no-color']],
] as const)
  test(`${isColored ? 'colours' : 'no colours'} with ${JSON.stringify(terminal)} ${argv}`, async () => {
    const { out } = await ran(['http://127.0.0.1:1/mcp', ...argv], terminal)

    assert.equal(out.includes('\u001b['), isColored)
  })

for (const columns of [80, 60])
  test(`in ${columns} columns nothing is wider but code and URLs, and the ways stand under their columns`, async () => {
    const { origin } = await startMcpServer(atOrigin)

    const { out } = await ran([`${origin}/mcp`], { columns })

    const lines = stripVTControlCharacters(out).split('\n')
    const prose = lines.slice(
      0,
      lines.findIndex((line) => line.startsWith('What is wrong')),
    )
    for (const line of prose) assert.ok(line.length <= columns, line)
    const starts = [...(prose.find((line) => /^ {5}reach/.test(line)) ?? '').matchAll(/(?<=\s)\S+( \S+)?/g)].map(
      ({ index }) => index,
    )
    const ways = prose.filter((line) => /^ {2}. {2}●/.test(line))
    assert.ok(ways.length >= 2)
    for (const line of ways)
      for (const { index } of line.matchAll(/[●✗]/g)) if (index > 2) assert.ok(starts.includes(index), line)
  })

for (const terminal of [{ columns: 40 }, { environment: { COLUMNS: '40' } }])
  test(`with ${JSON.stringify(terminal)} the ways are there, and what ends them stands beside the clients`, async () => {
    const { origin } = await startMcpServer(atOrigin)

    const { out } = await ran([`${origin}/mcp`], terminal)

    const text = stripVTControlCharacters(out)
    for (const line of text.slice(0, text.indexOf('What is wrong')).split('\n')) assert.ok(line.length <= 40, line)
    assert.match(text, /^ {2}✗ {2}●────●────●────✗\n +\d+ stops? at making/m)
  })

test('a report on a usual broken server is read at one sight', async () => {
  const healthy = await startMcpServer()
  const broken = await startMcpServer({ header: () => undefined })

  const sound = await ran([`${healthy.origin}/mcp`], { columns: 80 })
  const wrong = await ran([`${broken.origin}/mcp`], { columns: 80 })

  assert.ok(sound.out.split('\n').length <= 30, sound.out)
  assert.ok(wrong.out.split('\n').length <= 50, wrong.out)
})

test('of several causes the first has its lines, and --verbose has them all, with the bytes', async () => {
  const { origin } = await startMcpServer({ ...atOrigin, ...withoutS256 })

  const { out } = await ran([`${origin}/mcp`])
  const verbose = await ran([`${origin}/mcp`, '--verbose'])

  assert.match(out, /What is wrong, 1 of 2: /)
  assert.match(out, /What is wrong, 2 of 2: /)
  assert.equal(out.match(/Check again/g)?.length, 1)
  assert.equal(verbose.out.match(/Check again/g)?.length, 2)
  assert.ok((verbose.out.match(/Seen: /g)?.length ?? 0) > (out.match(/Seen: /g)?.length ?? 0))
})

test('law 11: what a server wrote cannot move the cursor, colour the screen or turn letters round', async () => {
  const evil = 'https://evil\u001b[31m\u009b2J\u202e\u2066\u200f\u0007.example/mcp'
  const { origin } = await startMcpServer({
    resource: (document) => ({ ...document, resource: evil, '\u001b]0;x\u0007': 1 }),
  })

  for (const argv of [[], ['--verbose'], ['--json']]) {
    const { out } = await ran([`${origin}/mcp`, '--no-color', ...argv])

    assert.ok(!/[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u.test(out))
    assert.match(out, /evil\\+u001b\[31m\\+u009b2J\\+u202e/)
  }
  const { out } = await ran([`${origin}/mcp`, '--json'])
  assert.ok((JSON.parse(out) as Report).causes.some(({ args }) => Object.values(args).includes(evil)))
})
