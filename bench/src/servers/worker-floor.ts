import { answerMcp } from './worker-answer.ts'

/** Checks nothing. */
export default { fetch: answerMcp }
