import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixContext } from '../fix-context.ts'
import { onNext } from './next.ts'

test('the matcher lets through the MCP path and none beside it, whatever that path is', () => {
  const { text = '' } = onNext({ kind: 'open_well_known' }, fixContext('https://mcp.example/a.b|.*', [])) ?? {}
  const [, matcher = ''] = /'(.*)'/.exec(text) ?? []

  // As JavaScript reads the string, and Next.js the pattern in it.
  const isGuarded = (path: string) => new RegExp(`^${JSON.parse(`"${matcher}"`)}$`).test(path)

  assert.equal(isGuarded('/a.b|.*'), false)
  assert.equal(isGuarded('/.well-known/oauth-protected-resource'), false)
  for (const path of ['/', '/a.b', '/aXb', '/secret']) assert.equal(isGuarded(path), true, path)
})
