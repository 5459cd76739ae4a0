import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scenes } from '../scenes.ts'
import { blindScenes } from './blind/scenes.ts'
import { type Answer, judge } from './judge.ts'
import { patternOf } from './naming.ts'
import type { Said } from './tool.ts'
import { tools } from './tools.ts'

const ours = tools.find(({ codesCount }) => !codesCount)?.name ?? ''
const another = tools.find(({ codesCount }) => codesCount)?.name ?? ''

test('every cause of a broken scene has what counts as naming it', () => {
  const causes = new Set(scenes.flatMap(({ cause }) => cause ?? []))

  for (const cause of causes) assert.doesNotThrow(() => patternOf(cause))
})

test('at least eight broken servers and one sound one are from others', () => {
  const broken = blindScenes.filter(({ looksFor }) => looksFor !== undefined)

  assert.ok(broken.length >= 8)
  assert.ok(broken.length < blindScenes.length)
})

test('a cause is named by the sentence that a reader would follow, whatever its severity, and that sentence is kept', () => {
  const said: Said = { code: 'X', severity: 'note', text: 'The 401 has no WWW-Authenticate header.' }

  const [judged] = judge([told('node-challenge-missing', 'challenge_missing', [said])])

  assert.deepEqual(
    judged?.byTool.map(({ verdict, because }) => ({ verdict, because })),
    [ours, another].map(() => ({ verdict: 'found', because: [said] })),
  )
})

test('a code names a cause for others, and not for ours', () => {
  const said: Said = { code: 'DISCOVERY_NO_WWW_AUTHENTICATE', severity: 'error', text: '' }

  const [judged] = judge([told('node-challenge-missing', 'challenge_missing', [said])])

  assert.deepEqual(
    judged?.byTool.map(({ verdict }) => verdict),
    ['missed', 'found'],
  )
})

test('an error of one sound server is a false alarm, one of most of them is an opinion: for all tools alike', () => {
  const opinion: Said = { code: 'HELD_OF_ALL', severity: 'error', text: 'as it should be' }
  const alarm: Said = { code: 'OF_THIS_ONE', severity: 'error', text: 'it is broken' }
  const sound = ['node-sound', 'hono-sound', 'express-sound']

  const judged = judge(sound.map((scene, at) => told(scene, undefined, at === 0 ? [opinion, alarm] : [opinion])))

  for (const index of [0, 1])
    assert.deepEqual(
      judged.map(({ byTool }) => [byTool[index]?.verdict, byTool[index]?.because]),
      [
        ['false', [alarm]],
        ['quiet', undefined],
        ['quiet', undefined],
      ],
    )
})

test('less than an error is no alarm', () => {
  const [judged] = judge([told('node-sound', undefined, [{ code: 'X', severity: 'warning', text: 'perhaps' }])])

  assert.deepEqual(
    judged?.byTool.map(({ verdict }) => verdict),
    ['quiet', 'quiet'],
  )
})

function told(scene: string, cause: string | undefined, said: readonly Said[]): Answer {
  const byTool = [ours, another].map((tool) => ({ tool, milliseconds: 1, said }))
  return { scene, wrong: '', ...(cause !== undefined && { cause }), byTool }
}
