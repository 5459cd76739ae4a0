import type { Readable } from 'node:stream'
import { callsToTell, claimToTell, type HeaderReader, parseMessages } from '@portcullis/auth/mcp'
import type { ToldCalls } from '@portcullis/auth/protocol'

/**
 * What events tell of requests for which no rule has their bodies read: the tools that are called, where the body is there, or else what headers claim.
 * Nothing is refused for what it says: nobody decides by it. To read takes some microseconds, so that only `mostInSecond` are read, and a gateway
 * that is busy is none the slower for it.
 */
export function createUnruledReader(
  now: () => number,
  mostInSecond = 1000,
): (body: Buffer | Readable, headers: HeaderReader) => ToldCalls {
  let second = 0
  let read = 0

  function mayRead(): boolean {
    if (now() !== second) {
      second = now()
      read = 0
    }
    read += 1
    return read <= mostInSecond
  }

  return (body, headers) => {
    if (Buffer.isBuffer(body) && !mayCallTool(body, headers)) return claimToTell(headers)
    const messages = Buffer.isBuffer(body) && mayRead() ? parseMessages(body, headers) : undefined
    if (messages?.kind === 'messages') return callsToTell(messages)
    return { ...claimToTell(headers), isUnread: true }
  }
}

const backslash = 0x5c

/** Most requests call none, and are not read: `tools/call` stands in one that does, as it is or escaped, unless the body is encoded. */
function mayCallTool(body: Buffer, headers: HeaderReader): boolean {
  const isPlain = headers.get('content-type') === 'application/json' && headers.get('content-encoding') === null
  return !isPlain || body.includes('tools/call') || body.includes(backslash)
}
