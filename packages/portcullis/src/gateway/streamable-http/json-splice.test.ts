import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { elementsOf, onOneLine, splice, textAt } from './json-splice.ts'

const json = fc.json({ maxDepth: 4 })
const key = fc.string({ unit: 'grapheme', maxLength: 4 })
const space = fc.constantFrom('', ' ', '\n', '\t\r\n ')

test('a value is found by its way, however it is written, and nothing else is changed with it', () => {
  fc.assert(
    fc.property(key, key, json, json, json, space, (outer, inner, before, value, after, gap) => {
      fc.pre(outer !== 'z' && inner !== 'z' && outer !== '__proto__' && inner !== '__proto__')
      const text = `{${gap}"z":${before},${JSON.stringify(outer)}${gap}:${gap}{"z":[${before}],${JSON.stringify(inner)}:${gap}${value}${gap}},"z":${after}${gap}}`

      assert.equal(textAt(text, [outer, inner]), value.trim())
      const changed = splice(text, [[[outer, inner], '"new"']])
      assert.deepEqual(JSON.parse(changed), {
        ...JSON.parse(text),
        [outer]: { z: [JSON.parse(before)], [inner]: 'new' },
      })
    }),
  )
})

test('of equal keys the last counts, as it does to whoever parses; an escaped key is the same key', () => {
  const text = '{"id":1,"i\\u0064":2}'

  assert.equal(textAt(text, ['id']), '2')
  assert.equal(splice(text, [[['id'], '7']]), '{"id":1,"i\\u0064":7}')
})

test('where nothing stands nothing is changed', () => {
  for (const text of ['{}', '[]', '1', '"id"', '{"params":null}', '{"params":[{"_meta":1}]}'])
    assert.equal(splice(text, [[['params', '_meta'], '1']]), text)
})

test('each element of an array is as it was written', () => {
  fc.assert(
    fc.property(fc.array(json), space, (values, gap) => {
      const text = `${gap}[${gap}${values.join(`${gap},${gap}`)}${gap}]${gap}`

      assert.deepEqual(
        elementsOf(text),
        values.map((value) => value.trim()),
      )
    }),
  )
})

test('a message on one line says the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const line = onOneLine(JSON.stringify(value, undefined, 2))

      assert.doesNotMatch(line, /[\r\n]/)
      assert.deepEqual(JSON.parse(line), JSON.parse(JSON.stringify(value)))
    }),
  )
})
