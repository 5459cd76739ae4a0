import type { Case } from './case.ts'
import { type Party, partyWords, type RiddleCode } from './riddle.ts'
import { Name, spanOf } from './riddles/seen.ts'
import { riddles } from './riddles.ts'

/** Whose doing it is, in a sentence, and what to do now. */
export interface Verdict {
  party: Party
  /** The same in words. */
  words: string
  /** The riddle by name, where it is one. */
  riddle?: { code: RiddleCode; title: string }
  sentence: string
  /** What shows it, each a sentence. */
  evidence: readonly string[]
  nextStep?: string
  /** What is noticed beside it, and does no harm. */
  remarks: readonly string[]
}

/** The verdict of the first riddle that fits, and what the others that do no harm remark. */
export function verdictOf(given: Case): Verdict {
  const found = riddles.flatMap((riddle) => {
    const evidence = riddle.evidence(given)
    return evidence === undefined ? [] : [{ riddle, evidence }]
  })
  const main = found.find(({ riddle }) => !remarkable.has(riddle.code))
  const remarks = found.filter(({ riddle }) => remarkable.has(riddle.code)).map(({ evidence }) => evidence.join(' '))
  if (main === undefined) return { ...harmless(given), remarks }
  const { riddle, evidence } = main
  const party = riddle.whose?.(given) ?? riddle.party
  return {
    party,
    words: partyWords[party],
    riddle: { code: riddle.code, title: riddle.title },
    sentence: riddle.sentence(given),
    evidence,
    nextStep: riddle.nextStep?.(given) ?? riddle.fix,
    remarks,
  }
}

/** Noticed beside whatever the verdict is. */
const remarkable: ReadonlySet<RiddleCode> = new Set(['registered_twice'])

function harmless(given: Case): Omit<Verdict, 'remarks'> {
  const { story, next, attempt } = given
  if (story.stage === 'connected' && story.failure === undefined) {
    const seconds = ((attempt.connectedAt ?? attempt.changedAt) - attempt.startedAt) / 1000
    return {
      party: 'connected',
      words: partyWords.connected,
      sentence: `${Name(given)} is connected: its first authorised call was answered ${spanOf(seconds)} after its first request.`,
      evidence: [],
    }
  }
  if (given.isElsewhere && story.stage === 'has_token' && story.failure === undefined)
    return {
      party: 'connected',
      words: partyWords.connected,
      sentence: `${Name(given)} has its token for ${attempt.resource}. Its calls go there, and cannot be seen from here.`,
      evidence: [],
    }
  return {
    party: 'still_waiting',
    words: partyWords.still_waiting,
    sentence:
      next === undefined
        ? `${Name(given)} has not gone on yet.`
        : `Next, ${next.what}. That takes ${spanOf(next.within)} at the most.`,
    evidence: [],
  }
}
