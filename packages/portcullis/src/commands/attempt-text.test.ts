import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { attemptsOf, connecting, observed, servers } from '../../test/attempt-scene.ts'
import type { Observation } from '../recorder/observation.ts'
import { viewOf } from '../recorder/view.ts'
import { formatAttempt } from './attempt-text.ts'

function shown(happens: readonly Observation[], { seconds = 1, colors = false } = {}): string {
  const [attempt] = attemptsOf(happens)
  assert.ok(attempt)
  return formatAttempt(viewOf(attempt, { now: attempt.changedAt + seconds * 1000, servers, userName: 'ada' }), {
    colors,
  })
}

test('a timeline says whose doing it is, what to do, each request with what it means, and what did not come', () => {
  const cloud = { address: '160.79.104.9', agent: 'python-httpx/0.28.1' }

  const text = shown(connecting({ until: 'called', ...cloud }), { seconds: 90 })

  assert.match(text, /^Claude \(likely\) for ada\n/)
  assert.match(text, /YOUR EDGE .*: Token issued and never used \(token_never_used\)/)
  assert.match(text, /What to do: Run portcullis doctor https:\/\/mcp\.example\/mcp/)
  assert.match(text, / {3}\+0\.0s client {2}POST \/mcp → 401\n {17}Asked the MCP server without a token/)
  assert.match(text, /\+20\.0s browser GET \/account\/sign-in/)
  assert.match(text, /This did not come: Claude calls the MCP server with its token, as User-Agent\s+Claude-User/)
  for (const line of text.split('\n')) assert.ok(line.length <= 110, line)
})

test('what a client calls itself writes over no terminal, with colours and without', () => {
  const name = 'Claude\u001b[2J\u001b]0;owned\u0007\nCONNECTED\u202e'
  const hostile = observed({ after: 0, clientId: 'x', clientName: name, steps: [{ code: 'registered', detail: name }] })
  // As an older release, or another hand, might have written it.
  const raw = { ...hostile, agent: name }

  for (const colors of [false, true]) {
    const text = shown([raw], { colors })

    const rest = text.replace(ownColours, '').replaceAll('\n', '')
    assert.doesNotMatch(rest, /[\p{Cc}\p{Cf}]/u)
    assert.doesNotMatch(stripVTControlCharacters(text), /^CONNECTED/m)
  }
})

const ownColours = new RegExp(`${String.fromCharCode(27)}\\[\\d{1,2}m`, 'g')
