import { parseChallenge } from '@portcullis/auth/protocol'
import { headerOf } from './exchange.ts'
import { readOnce } from './read-once.ts'

/** The Bearer challenge in an answer, wherever it stands in the header; `undefined` where there is none. */
export const readChallenge = readOnce((exchange) => parseChallenge(headerOf(exchange, 'www-authenticate') ?? ''))
