import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatStartBanner } from './start-banner.ts'

test('the banner shows a link only while there is no owner, and development loudly', () => {
  const banner = {
    publicUrl: 'https://mcp.example/mcp',
    name: 'Notes',
    upstream: 'http://localhost:3000/mcp',
    dev: false,
  }

  const usual = formatStartBanner(banner)
  const first = formatStartBanner({ ...banner, ownerLink: 'https://mcp.example/account/welcome?token=t', dev: true })

  assert.match(usual, /claude mcp add --transport http notes https:\/\/mcp\.example\/mcp/)
  assert.doesNotMatch(usual, /owner|DEVELOPMENT/)
  assert.match(first, /\n {2}https:\/\/mcp\.example\/account\/welcome\?token=t\n/)
  assert.match(first, /DEVELOPMENT +Anybody on this machine/)
})
