import { answerMcp } from './worker-answer.ts'

/** Checks nothing. */
// biome-ignore lint/style/noDefaultExport: what a worker is
export default { fetch: answerMcp }
