import type { Answer } from './answer.ts'
import { silent } from './refusals.ts'

/** Looks after answers that are open: those whose server has said nothing for too long end, and who waits at others is told that somebody is there. */
export function sweepAnswers(
  open: Iterable<Answer>,
  { sweep, streamIdle, upstreamAnswer }: { sweep: number; streamIdle: number; upstreamAnswer: number },
): void {
  for (const answer of open) {
    answer.quietFor += sweep
    if (answer.quietFor > (answer.isStreamable ? streamIdle : upstreamAnswer)) answer.fail(silent)
    else if (answer.quietFor % keepAliveEvery < sweep) answer.keepAlive()
  }
}

/** Seconds. */
const keepAliveEvery = 15
