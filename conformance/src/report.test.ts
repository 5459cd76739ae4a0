import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Compared } from './comparison.ts'
import { formatReport, problemsOf, type Report } from './report.ts'

const good: Compared = { scenario: 'ping', direct: 'passed', through: 'passed', worse: [] }

function reportOf(...scenarios: Compared[]): Report {
  return {
    server: [{ over: 'stdio', release: '1.0', revision: '2025-11-25', scenarios }],
    stdio: [],
    authorization: [],
  }
}

test('what passes on both ways is no problem, nor is what the everything-server cannot do', () => {
  const tasks: Compared = { scenario: 'tasks-lifecycle', direct: 'failed', through: 'failed', worse: [] }

  assert.deepEqual(problemsOf(reportOf(good, tasks)), [])
  assert.match(formatReport(reportOf(good)), /^ping +passed +passed$/m)
})

test('each way to learn nothing or to lose something is a problem', () => {
  const cases: [Report, RegExp][] = [
    [reportOf({ ...good, through: 'failed' }), /ping is passed directly and failed through the gateway/],
    [reportOf({ ...good, through: 'missing' }), /passed directly and missing through the gateway/],
    [reportOf({ ...good, through: 'inconclusive' }), /passed directly and inconclusive through/],
    [reportOf({ ...good, direct: 'inconclusive', through: 'failed' }), /ping is inconclusive directly and failed/],
    [reportOf({ ...good, worse: ['ping: too late'] }), /ping loses ping: too late/],
    [reportOf({ ...good, direct: 'failed' }), /fails without Portcullis/],
    [reportOf(), /no scenario ran/],
    [{ server: [], stdio: [], authorization: [{ of: 'the library', scenarios: [] }] }, /0 scenarios of 2 ran/],
    [
      {
        server: [],
        stdio: [],
        authorization: [
          {
            of: 'the library',
            scenarios: [
              { scenario: 'metadata', verdict: 'passed', remarks: [] },
              { scenario: 'grant', verdict: 'failed', remarks: ['no state'] },
            ],
          },
        ],
      },
      /the library: grant failed: no state/,
    ],
  ]

  for (const [report, problem] of cases) {
    assert.match(problemsOf(report).join('\n'), problem)
    assert.match(formatReport(report), problem)
  }
})
