import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPolicy } from './policy.ts'

test('where nothing is ruled there is no policy, and so nobody reads what is called', () => {
  for (const rules of [{}, { tools: {} }, { tools: { whoami: { scopes: [] } } }, { otherTools: {} }])
    assert.equal(createPolicy(rules), undefined)
  assert.notEqual(createPolicy({ otherTools: { denied: true } }), undefined)
})
