import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lineReader } from './lines.ts'

test('lines are the same however they come in parts, and one that is too long is cut and told', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 30 })), fc.array(fc.nat(8)), (lines, cuts) => {
      const sent = lines.map((line) => line.replaceAll('\n', ' '))
      const bytes = Buffer.from(sent.map((line) => `${line}\n`).join(''))
      const read: [string, boolean][] = []
      const take = lineReader(20, (line, { isCut }) => read.push([line, isCut]))

      let at = 0
      for (const length of cuts) {
        take(bytes.subarray(at, at + length))
        at += length
      }
      take(bytes.subarray(at))

      const expected = sent.map((line): [string, boolean] => {
        const whole = Buffer.from(line)
        return whole.length > 20 ? [whole.subarray(0, 20).toString(), true] : [line, false]
      })
      assert.deepEqual(read, expected)
    }),
  )
})
