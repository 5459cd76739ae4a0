import { join } from 'node:path'
import { behindStreams } from '../behind.ts'
import { sdk2Stateless } from '../clients/sdk-2.ts'
import { interopFolder, workFolder } from '../folders.ts'
import type { LogLine } from '../gateway.ts'
import { notes } from './notes.ts'
import type { UpstreamKind } from './upstream.ts'

const server = join(interopFolder, 'upstreams', 'stdio', 'server.ts')
/** Filled in by the gateway. */
const subject = `\${${'subject'}}`
const given = join(workFolder, 'given-over-stdio')

/** A server over its standard streams, of which each person has a process. */
export const stdio: UpstreamKind = {
  ...notes,
  name: 'stdio',
  isTranslated: true,
  knowsNoClients: true,
  clientOfAnother: sdk2Stateless,
  prepare: async () => ({ version: undefined, command: [process.execPath, server, subject, given], env: {} }),
  stand: ({ command }) => behindStreams(command.map((word) => `"${word}"`).join(' '), given),
  examine: ({ events, sent }) => oneForEachPerson(events, sent),
}

/** Each process was of one person, and none had two for one era of MCP, whichever clients they used. */
function oneForEachPerson(events: readonly LogLine[], sent: string): string {
  const started = events.filter(({ event }) => event === 'upstream_started')
  const people = new Set(started.map(({ subject }) => String(subject)))
  const kept = [...sent.matchAll(/^\{"pid":\d+,"subject":"([^"]+)".*\n(.*)$/gm)].map(([, subject = '', first = '']) => {
    const era = first.includes('"method":"initialize"') ? 'with sessions' : 'without sessions'
    return `${subject} ${era}`
  })
  if (kept.length !== started.length) throw new Error(`${started.length} processes started, ${kept.length} say so`)
  if (new Set(kept).size < kept.length) throw new Error(`Somebody had two processes of one era: ${kept.join(', ')}`)
  if (!kept.every((each) => people.has(each.split(' ')[0] ?? '')) || people.size < 2)
    throw new Error(`Processes were of ${[...people].join(', ')}, and said: ${kept.join(', ')}`)
  return `${kept.length} processes of ${people.size} people, one for each and for each era of MCP: none was shared, and no person had two`
}
