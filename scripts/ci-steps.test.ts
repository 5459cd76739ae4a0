import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { test } from 'node:test'
import { root } from './tools.ts'

test('a step stops at its first failure, its exit code is kept, and the steps after it run', async () => {
  const { code, output } = await runSteps(`
    stops() { echo before; false; echo NOT REACHED; }
    in_a_pipe() { false | cat; echo NOT REACHED; }
    step 'first' stops
    step 'second' in_a_pipe
    step 'third' bash -c 'exit 7'
    step 'fourth' echo fine`)

  assert.equal(code, 1)
  assert.doesNotMatch(output, /NOT REACHED/)
  assert.match(output, /=== FAILED: third \(exit 7\)\n\n=== fourth\nfine\n/)
  assert.match(output, /\n3 steps failed:\n {2}first\n {2}second\n {2}third\n$/)
})

test('after the table stand the last lines of each failed step, what it wrote to standard error among them', async () => {
  const { code, output } = await runSteps(`
    long() { seq -f 'line %g' 100; echo the cause >&2; return 3; }
    step 'long/step' long
    step 'other' echo fine`)

  const told = output.slice(output.indexOf('=== What each step took'))
  assert.equal(code, 1)
  assert.match(told, /\d s {2}other\n +\d s {2}long\/step {3}FAILED\n/)
  assert.match(
    told,
    /=== FAILED: long\/step\n--- its last 40 lines\nline 62\n(line \d+\n){37}line 100\nthe cause\n\n1 steps failed:/,
  )
  assert.doesNotMatch(told, /line 61\n|fine/)
})

test('of a failed step of tests the names of the failed ones stand first, however long their output', async () => {
  const { output } = await runSteps(`
    tests() {
      echo '✔ good (1.5ms)'; echo '✖ bad (2.5ms)'
      echo '✖ failing tests:'; echo '✖ bad (2.5ms)'; seq -f 'line %g' 100; return 1
    }
    step 'tests' tests`)

  assert.match(output, /=== FAILED: tests\n--- what failed in it \(1\)\n✖ bad\n--- its last 40 lines\nline 61\n/)
})

test('what a step prints is seen while it runs, and what it leaves running holds nothing up for long', async () => {
  const { code, output } = await runSteps(
    `
    patience=0.1
    asks() { echo asked; read -r answer; echo "heard $answer"; }
    leaves() { sleep 600 & echo "left $!"; }
    step 'asks' asks
    step 'leaves' leaves
    step 'after' echo fine`,
    (told, input) => {
      if (told.endsWith('asked\n')) input.end('it\n')
      if (told.includes('What each step took')) process.kill(Number(/left (\d+)/.exec(told)?.[1]))
    },
  )

  assert.equal(code, 0)
  assert.match(output, /=== asks\nasked\nheard it\n/)
  assert.match(output, /=== after\nfine\n\n=== What each step took, \d+ s in all\n/)
})

/** Runs steps as `.ci/run` does; `onOutput` is shown what they have printed so far. */
async function runSteps(steps: string, onOutput: (told: string, input: Writable) => void = () => {}) {
  const script = `set -euo pipefail\n. .ci/steps\n${steps}\ntell_steps\n[ \${#failed[@]} -eq 0 ]\n`
  const child = spawn('bash', ['-c', script], { cwd: root })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
    onOutput(output, child.stdin)
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, output }
}
