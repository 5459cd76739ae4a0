import type { ConnectionEvent } from '@portcullis/auth'
import type { AccountEvent } from '../accounts/events.ts'
import { servedAt } from '../config/mcp-servers.ts'
import { logAccountEvents } from '../operations/account-lines.ts'
import { logConnectionEvents } from '../operations/connection-lines.ts'
import type { ServerParts } from '../operations/run-server.ts'
import { createRecorder, type Recorder } from '../recorder/recorder.ts'

/** Who is told of what happens: the log, and the flight recorder where there is one. */
export interface Tellers {
  recorder: Recorder | undefined
  tellConnection: (event: ConnectionEvent) => void
  tellAccount: (event: AccountEvent) => void
}

export function tellersOf(parts: ServerParts): Tellers {
  const recorder = recorderOf(parts)
  return {
    recorder,
    tellConnection: alsoTo(recorder, logConnectionEvents(parts.log)),
    tellAccount: alsoTo(recorder, logAccountEvents(parts.log)),
  }
}

/** What is told, to the flight recorder too. */
function alsoTo<Event extends ConnectionEvent | AccountEvent>(
  recorder: Recorder | undefined,
  tell: (event: Event) => void,
): (event: Event) => void {
  if (recorder === undefined) return tell
  return (event) => {
    tell(event)
    recorder.tell(event)
  }
}

function recorderOf({ configuration, store, log }: ServerParts): Recorder | undefined {
  const { enabled, keep, most } = configuration.recorder
  if (!enabled) return undefined
  return createRecorder({
    store,
    servers: configuration.mcpServers.map((server) => ({ publicUrl: server.publicUrl, served: servedAt(server) })),
    keep,
    most,
    onFailure: (error) => log.write('warn', 'What the flight recorder saw cannot be written', { error }),
  })
}
