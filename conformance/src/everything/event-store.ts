import type { EventStore } from '@modelcontextprotocol/server'

type Message = Parameters<EventStore['storeEvent']>[1]

/** Remembers what was sent on a session's streams, so that a client that lost one can resume it. */
export function createEventStore(): EventStore {
  const events: { stream: string; message: Message }[] = []
  return {
    async storeEvent(stream, message) {
      return String(events.push({ stream, message }))
    },
    async getStreamIdForEventId(id) {
      return events[Number(id) - 1]?.stream
    },
    async replayEventsAfter(lastId, { send }) {
      const stream = events[Number(lastId) - 1]?.stream ?? ''
      for (const [index, event] of events.entries())
        if (index >= Number(lastId) && event.stream === stream && Object.keys(event.message).length > 0)
          await send(String(index + 1), event.message)
      return stream
    },
  }
}
