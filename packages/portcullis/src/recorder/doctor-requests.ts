import type { Observation } from './observation.ts'
import { familyOf } from './user-agents.ts'

/** Tells what `portcullis doctor` asks, which is no client that wants to connect, and would write failures into the stories of those that do. */
export interface DoctorRequests {
  /** Whether a request is the doctor's: under its own name, or from where it asked just before, as whom it then asks under the names of clients. */
  has(seen: Observation): boolean
}

/** The `User-Agent` of `@portcullis/doctor`, which is not loaded for it. */
const doctorFamily = 'portcullis-doctor'
/** Milliseconds in which one examination is over. */
const examination = 15_000
const mostAddresses = 100

export function createDoctorRequests(): DoctorRequests {
  /** When the doctor asked last under its own name, by address; the latest last. */
  const asked = new Map<string, number>()

  return {
    has(seen) {
      // Whoever is let in under that name is a client all the same.
      if (isKnown(seen)) return false
      const { address = '', agent, at, side } = seen
      if (familyOf(agent) !== doctorFamily) {
        const since = at - (asked.get(address) ?? Number.NEGATIVE_INFINITY)
        return side === 'client' && since <= examination
      }
      asked.delete(address)
      asked.set(address, at)
      const [earliest] = asked.keys()
      if (asked.size > mostAddresses && earliest !== undefined) asked.delete(earliest)
      return true
    },
  }
}

function isKnown({ clientId, grantId, subject, request }: Observation): boolean {
  return [clientId, grantId, subject, request].some((name) => name !== undefined)
}
