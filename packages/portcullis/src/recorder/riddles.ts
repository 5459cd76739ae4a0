import type { Riddle } from './riddle.ts'
import { callRiddles } from './riddles/calls.ts'
import { discoveryRiddles } from './riddles/discovery.ts'
import { peopleRiddles } from './riddles/people.ts'
import { tokenRiddles } from './riddles/tokens.ts'

/** All of them, the more telling before the more general: the first that fits is the verdict. */
export const riddles: readonly Riddle[] = [...discoveryRiddles, ...peopleRiddles, ...tokenRiddles, ...callRiddles]
