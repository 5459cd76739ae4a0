import type { ClientProfile } from '@portcullis/clients'
import type { Walk } from './walk.ts'
import type { Wire } from './wire.ts'

/** The state machine of a family of clients: walks as they do, with the values of one profile, and ends where that client would. */
export type FamilyWalk = (client: ClientProfile, wire: Wire) => Promise<Walk>
