// Servers by somebody who did not write the doctor: whoever audited it, who wrote them before looking at what it finds. Taken over as they were, but for
// the port, which was fixed, and for 127.0.0.1 where localhost was said.
import http from 'node:http'

const json = (res, status, value, headers = {}) => {
  res.writeHead(status, { 'content-type': 'application/json', ...headers })
  res.end(JSON.stringify(value))
}
const body = (req) =>
  new Promise((resolve) => {
    let text = ''
    req.on('data', (data) => {
      text += data
    })
    req.on('end', () => resolve(text))
  })
const initialized = (id) => ({
  jsonrpc: '2.0',
  id,
  result: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' } },
})

const port = Number(process.env.PORT)
const origin = `http://127.0.0.1:${port}`
const beside = `http://127.0.0.1:${port + 1}`

/** A sound server, but for what is given. */
function good(o = {}) {
  const path = o.path ?? '/mcp'
  const suffix = path === '/' ? '' : path
  const issuer = o.as ?? origin
  const prm = {
    resource: origin + suffix,
    authorization_servers: [issuer],
    bearer_methods_supported: ['header'],
    ...o.prm,
  }
  const as = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
    ...o.asdoc,
  }
  const cors = { 'access-control-allow-origin': '*' }
  const prmPath = `/.well-known/oauth-protected-resource${suffix}`
  listen(async (req, res, _text, url) => {
    if (o.hook && (await o.hook(req, res, url))) return
    if (req.method === 'OPTIONS') {
      res.writeHead(204, { ...cors, 'access-control-allow-headers': '*', 'access-control-allow-methods': '*' })
      return res.end()
    }
    if (url === prmPath || url === '/.well-known/oauth-protected-resource') return json(res, 200, prm, cors)
    if (url === '/.well-known/oauth-authorization-server' && !o.as) return json(res, 200, as, cors)
    if (!o.as) {
      if (url === '/authorize') {
        res.writeHead(400, { 'content-type': 'text/html' })
        return res.end('<html>client_id missing')
      }
      const isPost = req.method === 'POST'
      if (url === '/token')
        return isPost ? json(res, 400, { error: 'invalid_request' }) : json(res, 405, { error: 'm' }, { allow: 'POST' })
      if (url === '/register' && !o.noreg)
        return isPost
          ? json(res, 400, { error: 'invalid_client_metadata' })
          : json(res, 405, { error: 'm' }, { allow: 'POST' })
    }
    if (url === path) {
      const token = req.headers.authorization
      const challenge =
        o.challenge ?? `Bearer ${token ? 'error="invalid_token", ' : ''}resource_metadata="${origin}${prmPath}"`
      return json(res, 401, { error: token ? 'invalid_token' : 'unauthorized' }, { 'www-authenticate': challenge })
    }
    res.writeHead(404, { 'content-type': 'text/plain' })
    res.end('nope')
  })
}

function listen(answer, at = port) {
  http
    .createServer(async (req, res) => {
      const text = await body(req)
      answer(req, res, text, req.url.split('?')[0])
    })
    .listen(at, '127.0.0.1')
}

const page = (res, status, html, headers = {}) => {
  res.writeHead(status, { 'content-type': 'text/html', ...headers })
  res.end(html)
}
/** What stands at one path instead. */
const instead = (isThere, answer) => ({
  hook(req, res, url) {
    if (!isThere(url, req)) return false
    answer(req, res)
    return true
  },
})

const servers = {
  good: () => good(),
  'good at the root': () => good({ path: '/' }),
  'two challenges': () =>
    good({
      challenge: ['Basic realm="x"', `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`],
    }),
  'a slash is redirected': () =>
    good(
      instead(
        (url) => url === '/mcp/',
        (_req, res) => {
          res.writeHead(307, { location: '/mcp' })
          res.end()
        },
      ),
    ),
  'Accept comes first': () =>
    good(
      instead(
        (url, req) => url === '/mcp' && !/text\/event-stream/.test(req.headers.accept ?? ''),
        (_req, res) => json(res, 406, { jsonrpc: '2.0', error: { code: -32000, message: 'Not Acceptable' }, id: null }),
      ),
    ),

  'basic authentication': () =>
    listen((_req, res) => {
      res.writeHead(401, { 'www-authenticate': 'Basic realm="x"' })
      res.end('Unauthorized')
    }),
  'a page for everything': () => listen((_req, res) => page(res, 200, '<!doctype html><title>app</title>')),
  'a website': () =>
    listen((req, res) => {
      if (req.method !== 'GET' && req.method !== 'HEAD') return page(res, 405, '', { allow: 'GET, HEAD' })
      return req.url === '/' ? page(res, 200, '<h1>hi') : page(res, 404, '<h1>404')
    }),
  'an api key': () => listen((_req, res) => json(res, 401, { error: 'Missing API key' })),
  '500 for everything': () => listen((_req, res) => json(res, 500, { error: 'boom' })),
  'maintenance, 503': () => listen((_req, res) => page(res, 503, '<h1>Service Unavailable', { 'retry-after': '60' })),
  '502 of nginx': () =>
    listen((_req, res) =>
      page(
        res,
        502,
        '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.24.0</center></body></html>',
        { server: 'nginx/1.24.0' },
      ),
    ),
  'a personal access token': () =>
    listen((_req, res, _text, url) => {
      if (url !== '/mcp') return page(res, 404, '')
      res.writeHead(401, { 'www-authenticate': 'Bearer realm="api"' })
      res.end('{"error":"Missing bearer token. Create one at https://example.com/settings/tokens"}')
    }),
  'python-httpx blocked at well-known': () =>
    good(
      instead(
        (url, req) => /python-httpx/.test(req.headers['user-agent'] ?? '') && url.startsWith('/.well-known'),
        (_req, res) => page(res, 403, 'Forbidden'),
      ),
    ),
  'no browser, 403 of a firewall': () =>
    good(
      instead(
        (_url, req) => !/Mozilla/.test(req.headers['user-agent'] ?? ''),
        (_req, res) =>
          page(res, 403, '<title>Attention Required! | Cloudflare</title>', { server: 'cloudflare', 'cf-ray': '1' }),
      ),
    ),
  'a puzzle of cloudflare at well-known': () =>
    good(
      instead(
        (url) => url.startsWith('/.well-known'),
        (_req, res) =>
          page(res, 403, '<title>Just a moment...</title>', {
            'cf-mitigated': 'challenge',
            server: 'cloudflare',
            'cf-ray': 'x',
          }),
      ),
    ),
  'response type token': () => good({ asdoc: { response_types_supported: ['token'] } }),
  'no registration': () => good({ noreg: true, asdoc: { registration_endpoint: undefined } }),
  'registration elsewhere': () =>
    good({
      noreg: true,
      asdoc: { registration_endpoint: undefined },
      ...instead(
        (url) => url === '/api/oauth/register',
        (req, res) =>
          req.method === 'POST'
            ? json(res, 400, { error: 'invalid_client_metadata' })
            : json(res, 405, {}, { allow: 'POST' }),
      ),
    }),
  'an identity provider without registration': () => {
    good({ as: beside })
    listen((_req, res, _text, url) => {
      if (url === '/.well-known/openid-configuration')
        return json(res, 200, {
          issuer: beside,
          authorization_endpoint: `${beside}/authorize`,
          token_endpoint: `${beside}/token`,
          jwks_uri: `${beside}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
        })
      if (url === '/jwks') return json(res, 200, { keys: [] })
      if (url === '/authorize') return page(res, 400, 'x')
      if (url === '/token') return json(res, 400, { error: 'invalid_request' })
      page(res, 404, '')
    }, port + 1)
  },
  'moved, 301': () =>
    good({
      path: '/v1/mcp',
      ...instead(
        (url) => url === '/mcp',
        (_req, res) => {
          res.writeHead(301, { location: '/v1/mcp' })
          res.end()
        },
      ),
    }),
  'authorize answers 500': () =>
    good(
      instead(
        (url) => url === '/authorize',
        (_req, res) => page(res, 500, 'err'),
      ),
    ),
  'token endpoint answers 500': () =>
    good(
      instead(
        (url) => url === '/token',
        (_req, res) => page(res, 500, 'SyntaxError'),
      ),
    ),
  'any token will do': () =>
    good({
      hook(req, res, url) {
        if (url !== '/mcp' || req.headers.authorization === undefined) return false
        json(res, 200, initialized(0))
        return true
      },
    }),
  'a page instead of the metadata': () =>
    good(
      instead(
        (url) => url === '/.well-known/oauth-authorization-server' || url === '/.well-known/openid-configuration',
        (_req, res) => page(res, 200, '<!doctype html><title>app</title>'),
      ),
    ),
  'insufficient scope at connect': () =>
    good(
      instead(
        (url) => url === '/mcp',
        (_req, res) =>
          json(
            res,
            403,
            { error: 'insufficient_scope' },
            {
              'www-authenticate': `Bearer error="insufficient_scope", scope="a", resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`,
            },
          ),
      ),
    ),
}

servers[process.argv[2]]()
