import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAcceptable, type ResourceComparison } from './resource-comparison.ts'

const typed = 'https://a.example/mcp'

const accepted: Readonly<Record<string, readonly ResourceComparison[]>> = {
  'https://a.example/mcp': ['exact', 'origin_and_path_prefix', 'same_origin', 'none'],
  'https://a.example/mcp/': ['same_origin', 'none'],
  'https://a.example': ['origin_and_path_prefix', 'same_origin', 'none'],
  'https://a.example/mc': ['same_origin', 'none'],
  'https://A.example/mcp': ['origin_and_path_prefix', 'same_origin', 'none'],
  'http://a.example/mcp': ['none'],
  'https://b.example/mcp': ['none'],
}

test('an origin is the same with its slash and without', () => {
  assert.ok(isAcceptable('https://a.example', 'https://a.example/', 'exact'))
  assert.ok(isAcceptable('https://a.example/', 'https://a.example', 'exact'))
})

for (const [resource, comparisons] of Object.entries(accepted))
  test(`${resource} is accepted for ${typed} by ${comparisons.join(', ')}`, () => {
    const all = ['exact', 'origin_and_path_prefix', 'same_origin', 'none'] as const
    assert.deepEqual(
      all.filter((comparison) => isAcceptable(resource, typed, comparison)),
      comparisons,
    )
  })
