import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formActionSources } from './form-action.ts'

test('the redirect after the form is allowed wherever it goes, and so is what the client redirects to', () => {
  const loopback = ['https:', 'http://localhost:*', 'http://127.0.0.1:*']
  const cases: [string, readonly string[]][] = [
    ['https://claude.ai/api/mcp/auth_callback', ['https:']],
    ['http://localhost:33418/callback', loopback],
    ['http://127.0.0.1:33418/callback', loopback],
    ['http://[::1]:33418/callback', ['https:', 'http:']],
    ['cursor://anysphere.cursor-mcp/oauth/callback', ['https:', 'cursor:']],
  ]

  for (const [redirectUri, sources] of cases) assert.deepEqual(formActionSources(redirectUri), sources)
})
