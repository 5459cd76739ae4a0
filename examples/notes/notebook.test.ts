import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNotebook } from './notebook.ts'

test('a subject has at most so many notes', () => {
  const notebook = createNotebook({ notesEach: 2 })
  notebook.add('alice', 'one')
  notebook.add('alice', 'two')

  const third = notebook.add('alice', 'three')
  notebook.delete('alice', '1')
  const afterwards = notebook.add('alice', 'four')

  assert.equal(third, undefined)
  assert.deepEqual(afterwards, { id: '3', text: 'four' })
})

test('the first subject is forgotten when there are too many', () => {
  const notebook = createNotebook({ subjects: 2 })

  for (const subject of ['alice', 'bob', 'alice', 'carol']) notebook.add(subject, 'note')

  assert.deepEqual(
    ['alice', 'bob', 'carol'].map((subject) => notebook.list(subject).length),
    [0, 1, 1],
  )
})
