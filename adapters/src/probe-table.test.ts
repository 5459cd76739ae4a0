import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Asked } from './ask-framework.ts'
import { formatProbes } from './probe-table.ts'
import { allProbes, keysDownProbe } from './probes.ts'

const passed = allProbes.map(({ name }) => ({ probe: name, problem: undefined }))
const ours: Asked = {
  framework: 'Koa',
  lines: 3,
  outcomes: [],
  probes: passed,
  oddPaths: { tried: 0, strays: [] },
}

test('ours and others stand in one table, and what others answer instead stands below it', () => {
  const [first, ...rest] = passed
  const peer = {
    name: 'Peer 1.0.0',
    lines: 12,
    probes: [{ probe: first?.probe ?? '', problem: 'status 401' }, ...rest],
  }

  const lines = formatProbes([ours], [peer]).split('\n')

  assert.match(lines[1] ?? '', /^Portcullis, Koa +(?:ok +){8}8\/8 +3$/)
  assert.match(lines[2] ?? '', /^Peer 1\.0\.0 +no +(?:ok +){7}7\/8 +12$/)
  assert.deepEqual(lines.slice(-2), ['Peer 1.0.0', `  ${first?.probe}: status 401`])
})

test('a probe that a library is not asked, and one that is passed, are told apart', () => {
  const probes = passed.filter(({ probe }) => probe !== keysDownProbe.name)

  const lines = formatProbes([], [{ name: 'Peer', lines: 1, probes }]).split('\n')

  assert.match(lines[1] ?? '', /^Peer +- +(?:ok +){7}7\/7 +1$/)
  assert.equal(lines.at(-1), 'Peer passes all')
})
