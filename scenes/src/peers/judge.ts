import { alarmsIn, opinionsOf } from './alarms.ts'
import { blindScenes } from './blind/scenes.ts'
import { patternOf, sentenceNaming } from './naming.ts'
import type { Said, Told } from './tool.ts'
import { tools } from './tools.ts'

/** What every tool said of one scene. */
export interface Answer {
  scene: string
  wrong: string
  /** Absent for a server that is well, and for one that was not named after a finding of ours. */
  cause?: string
  byTool: readonly Told[]
}

export interface JudgedAnswer extends Answer {
  isSound: boolean
  isBlind: boolean
  byTool: readonly Judged[]
}

export interface Judged extends Told {
  verdict: 'found' | 'missed' | 'quiet' | 'false' | 'no report'
  /** What counted: the sentence that names the cause, or the errors of a server that is well. */
  because?: readonly Said[]
}

export function judge(answers: readonly Answer[]): readonly JudgedAnswer[] {
  const known = answers.map((answer): JudgedAnswer => {
    const blind = blindScenes.find(({ scene }) => scene.name === answer.scene)
    const pattern = blind?.looksFor ?? (answer.cause === undefined ? undefined : patternOf(answer.cause))
    return {
      ...answer,
      isSound: pattern === undefined,
      isBlind: blind !== undefined,
      byTool: answer.byTool.map((told) => namedBy(told, pattern)),
    }
  })
  const opinions = new Map(tools.map(({ name }) => [name, opinionsOf(name, known)]))
  return known.map((answer) => {
    if (!answer.isSound) return answer
    const byTool = answer.byTool.map((told): Judged => {
      if (told.said === undefined) return told
      const place = { scene: answer.scene, opinions: opinions.get(told.tool) ?? new Set<string>() }
      const because = alarmsIn(told.said, place)
      return because.length > 0 ? { ...told, verdict: 'false', because } : { ...told, verdict: 'quiet' }
    })
    return { ...answer, byTool }
  })
}

function namedBy(told: Told, pattern: RegExp | undefined): Judged {
  if (told.said === undefined) return { ...told, verdict: 'no report' }
  if (pattern === undefined) return { ...told, verdict: 'quiet' }
  const { codesCount = true } = tools.find(({ name }) => name === told.tool) ?? {}
  const named = sentenceNaming(pattern, told.said, { codesCount })
  return named === undefined ? { ...told, verdict: 'missed' } : { ...told, verdict: 'found', because: [named] }
}
