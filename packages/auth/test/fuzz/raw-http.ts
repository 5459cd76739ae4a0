import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { SentRequest } from './request.ts'
import type { Answer } from './target.ts'

/** Sends a request as bytes on a connection of its own, well framed or not, and reads the answer strictly. `undefined`: the connection ended without one. */
export async function sendRaw(
  request: SentRequest,
  { port, host }: { port: number; host: string },
): Promise<Answer | undefined> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const chunks: Buffer[] = []
  try {
    await once(socket, 'connect')
    return await new Promise((resolve, reject) => {
      const look = (hasEnded: boolean) => {
        try {
          const answer = parseAnswer(Buffer.concat(chunks), {
            isHead: request.method.toUpperCase() === 'HEAD',
            hasEnded,
          })
          if (answer !== undefined || hasEnded) resolve(answer)
        } catch (error) {
          reject(error)
        }
      }
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        look(false)
      })
      socket.on('end', () => look(true))
      socket.on('error', () => look(true)) // the server may break off what is no HTTP
      const bytes = format(request, host)
      if (request.framing === 'honest' || request.framing === 'chunked') socket.write(bytes)
      else socket.end(bytes)
    })
  } finally {
    socket.destroy()
  }
}

/** Characters up to U+00FF as bytes, others as UTF-8, without what would end the line: that is for the framings to do. */
function headerBytes(text: string): Buffer {
  const line = text.replace(/[\r\n]/g, ' ')
  return Buffer.from(line.toWellFormed(), /^[\0-\xFF]*$/.test(line) ? 'latin1' : 'utf8')
}

function format({ method, target, headers, body, framing }: SentRequest, host: string): Buffer {
  const end = framing === 'bare line feeds' ? '\n' : '\r\n'
  const version = framing === 'HTTP/1.0' || framing === 'HTTP/9.9' ? framing : 'HTTP/1.1'
  const asked = target.replace(/[^\x21-\x7E]/g, (character) => encodeURIComponent(character.toWellFormed()))
  const url = framing === 'absolute target' ? `http://${host}${asked}` : asked
  const given = new Set(headers.map(([name]) => name.toLowerCase()))
  const lines: [string, string][] = [
    ...(framing === 'no host' || given.has('host') ? [] : [['host', host] as [string, string]]),
    ...(framing === 'two hosts' ? [['host', host] as [string, string]] : []),
    ...(given.has('connection') ? [] : [['connection', 'keep-alive'] as [string, string]]),
    ...headers.map(([name, value]) => [name, value] as [string, string]),
    ...framingHeaders(framing, body, given),
  ]
  const head = lines.map(([name, value]) => Buffer.concat([headerBytes(`${name}: ${value}`), Buffer.from(end)]))
  const whole = Buffer.concat([
    Buffer.from(`${method} ${url} ${version}${end}`),
    ...head,
    Buffer.from(end),
    framed(framing, body),
  ])
  if (framing === 'cut off in the head') return whole.subarray(0, Math.floor(whole.length / 3))
  return framing === 'pipelined' ? Buffer.concat([whole, whole, Buffer.from('GARBAGE')]) : whole
}

function framingHeaders(
  framing: SentRequest['framing'],
  body: Uint8Array | undefined,
  given: ReadonlySet<string>,
): [string, string][] {
  const length = body?.byteLength ?? 0
  switch (framing) {
    case 'chunked':
    case 'chunked, broken':
      return [['transfer-encoding', 'chunked']]
    case 'length too long':
      return [['content-length', String(length + 10)]]
    case 'length too short':
      return [['content-length', String(Math.max(0, length - 10))]]
    case 'two lengths':
      return [
        ['content-length', String(length)],
        ['content-length', String(length + 1)],
      ]
    case 'length and chunked':
      return [
        ['content-length', String(length)],
        ['transfer-encoding', 'chunked'],
      ]
    case 'folded header':
      return [['x-folded', 'a\r\n b'], ...lengthOf(body, given)]
    case 'nul in a header':
      return [['x-nul', 'a\0b'], ...lengthOf(body, given)]
    case 'long header':
      return [['x-long', 'a'.repeat(20_000)], ...lengthOf(body, given)]
    case 'many headers':
      return [...Array.from({ length: 2100 }, (_, at): [string, string] => [`x-${at}`, '']), ...lengthOf(body, given)]
    default:
      return lengthOf(body, given)
  }
}

function lengthOf(body: Uint8Array | undefined, given: ReadonlySet<string>): [string, string][] {
  const isTold = given.has('content-length') || given.has('transfer-encoding')
  return body === undefined || isTold ? [] : [['content-length', String(body.byteLength)]]
}

function framed(framing: SentRequest['framing'], body: Uint8Array | undefined): Buffer {
  if (framing === 'chunked, broken') return Buffer.from('zz\r\nabc\r\n')
  if (body === undefined) return Buffer.alloc(0)
  if (framing !== 'chunked' && framing !== 'length and chunked') return Buffer.from(body)
  const chunk = body.byteLength === 0 ? '' : `${body.byteLength.toString(16)}\r\n`
  return Buffer.concat([
    Buffer.from(chunk),
    Buffer.from(body),
    Buffer.from(chunk === '' ? '0\r\n\r\n' : '\r\n0\r\n\r\n'),
  ])
}

/** `undefined` while it is not whole. Throws where it is no HTTP. */
function parseAnswer(bytes: Buffer, { isHead, hasEnded }: { isHead: boolean; hasEnded: boolean }): Answer | undefined {
  const at = bytes.indexOf('\r\n\r\n')
  if (at === -1) {
    assert.ok(
      !hasEnded || bytes.length === 0,
      `the connection ends in the head of the answer: ${bytes.toString('latin1').slice(0, 200)}`,
    )
    return undefined
  }
  const [first = '', ...lines] = bytes.subarray(0, at).toString('latin1').split('\r\n')
  const [, status] = /^HTTP\/1\.1 (\d{3}) [\x20-\x7E]*$/.exec(first) ?? []
  assert.ok(status !== undefined, `the first line is "${first}"`)
  const rest = bytes.subarray(at + 4)
  if (status === '100') return parseAnswer(rest, { isHead, hasEnded })
  const headers = new Headers()
  for (const line of lines) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+): ?(.*)$/.exec(line) ?? []
    assert.ok(name !== undefined && value !== undefined, `a header is "${line}"`)
    headers.append(name, value)
  }
  const body = bodyOf(rest, headers, { isBare: isHead || status === '204' || status === '304', hasEnded })
  return body && { status: Number(status), headers, text: body.toString() }
}

function bodyOf(
  rest: Buffer,
  headers: Headers,
  { isBare, hasEnded }: { isBare: boolean; hasEnded: boolean },
): Buffer | undefined {
  if (isBare) return Buffer.alloc(0)
  const length = headers.get('content-length')
  if (length !== null) {
    assert.match(length, /^\d+$/, 'the length of the answer')
    const whole = rest.byteLength >= Number(length)
    assert.ok(whole || !hasEnded, 'the answer is cut off')
    return whole ? rest.subarray(0, Number(length)) : undefined
  }
  if (headers.get('transfer-encoding') !== 'chunked') return hasEnded ? rest : undefined
  const end = rest.indexOf('0\r\n\r\n')
  return end === -1
    ? undefined
    : Buffer.from(
        rest
          .subarray(0, end)
          .toString('latin1')
          .replace(/(^|\r\n)[0-9a-f]+\r\n/g, ''),
        'latin1',
      )
}
