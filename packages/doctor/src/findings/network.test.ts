import { plain } from '../../test/mcp-server.ts'
import { testScenes } from '../../test/test-scenes.ts'

testScenes([
  [
    'user_agent_blocked',
    {
      first: (request, response) =>
        isClaude(request.headers['user-agent']) && Boolean(response.writeHead(403).end('error code: 1010')),
    },
    ['user_agent_blocked'],
  ],
  [
    'blocked_at_the_edge',
    {
      first: (_request, response) =>
        Boolean(
          response
            .writeHead(403, { 'cf-mitigated': 'challenge', 'content-type': 'text/html' })
            .end('<title>Just a moment...</title>'),
        ),
    },
    ['blocked_at_the_edge'],
  ],
  [
    'encoding_wrong',
    {
      first: (request, response) =>
        /\bbr\b/.test(request.headers['accept-encoding']?.toString() ?? '') &&
        (request.url?.startsWith('/.well-known') ?? false) &&
        Boolean(response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'br' }).end('{}')),
    },
    ['encoding_wrong'],
  ],
  ['redirected', { routes: { '/mcp': plain(301, { location: '/mcp/' }) } }, ['redirected']],
  ['rate_limited', { routes: { '/authorize': plain(429) } }, []],
])

function isClaude(userAgent: string | undefined): boolean {
  return userAgent?.startsWith('Claude') ?? false
}
