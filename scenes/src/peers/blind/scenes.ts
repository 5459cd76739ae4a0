import type { Scene } from '../../scene.ts'

/** What is wrong, and what a person must have read to know where to look: written from the servers, and widened where a tool names it in words not foreseen. */
export interface BlindScene {
  scene: Scene
  looksFor?: RegExp
}

const broken: readonly (readonly [name: string, wrong: string, looksFor: RegExp])[] = [
  [
    'basic authentication',
    'The challenge is Basic.',
    /required Bearer|\bBasic\b|not (?:a )?Bearer|Bearer (?:challenge|scheme)|WWW-Authenticate/i,
  ],
  [
    'a page for everything',
    'Every path has the same page, with 200.',
    /text\/html|HTML|a page\b|(?:not|non-?)\s?(?:valid )?JSON|unexpected content.type/i,
  ],
  [
    'a website',
    'There is no MCP endpoint: POST is 405.',
    /\b40[45]\b|not (?:an )?MCP|no MCP|not found|Method Not Allowed/i,
  ],
  [
    'an api key',
    '401 without a challenge, and no metadata at all.',
    /WWW-Authenticate|(?:protected.resource|PRM).*(?:missing|404|401|not)|no metadata/i,
  ],
  ['500 for everything', 'It answers 500.', /\b500\b|\b5xx\b|server error/i],
  ['maintenance, 503', 'It answers 503.', /\b503\b|\b5xx\b|unavailable/i],
  ['502 of nginx', 'nginx does not reach what is behind it.', /\b502\b|\b5xx\b|gateway/i],
  [
    'a personal access token',
    'It wants tokens that people make by hand: no metadata at all.',
    /resource_metadata|(?:protected.resource|PRM).*(?:missing|404|not found|absent|not implement)|metadata.*(?:missing|404|not found)/i,
  ],
  [
    'python-httpx blocked at well-known',
    'A rule refuses python-httpx, which Claude sends.',
    /user.?agent|python-httpx|blocked|status 403/i,
  ],
  [
    'no browser, 403 of a firewall',
    'Cloudflare refuses whatever is no browser.',
    /\b403\b|Cloudflare|blocked|firewall|WAF/i,
  ],
  [
    'a puzzle of cloudflare at well-known',
    'Cloudflare wants the well-known paths to be read by a person.',
    /\b403\b|Cloudflare|blocked|firewall|WAF|(?:protected.resource|PRM|well-known).*(?:find|found|absent|not implement)/i,
  ],
  ['response type token', 'The sign-in server does not do the code flow.', /response_types?|response type/i],
  ['no registration', 'Clients cannot register.', /registration|register|registered/i],
  ['registration elsewhere', 'Registration is at a path that no document names.', /registration|register/i],
  ['an identity provider without registration', 'No registration, and no S256.', /registration|register|S256|PKCE/i],
  [
    'moved, 301',
    'The endpoint has moved, with 301, which makes a GET of a POST.',
    /redirect|\b301\b|Location|\/v1\/mcp/i,
  ],
  [
    'authorize answers 500',
    'The authorization endpoint is broken.',
    /authoriz(?:e|ation)[ _]?endpoint.*(?:500|error|fail)|\/authorize.*\b500\b|\b500\b.*\/authorize/i,
  ],
  [
    'token endpoint answers 500',
    'The token endpoint is broken.',
    /token[ _]?endpoint.*(?:500|error|fail|HTML)|token endpoint response is not JSON|\/token.*\b500\b|\b500\b.*\/token/i,
  ],
  [
    'any token will do',
    'A bad token is let in.',
    /(?:bad|invalid|malformed|random|garbage|bogus|unsigned|alg=none|dead|made.up).{0,40}token|token.{0,60}(?:accept|let in|served|validat)/i,
  ],
  [
    'a page instead of the metadata',
    'The metadata of the sign-in server is a page.',
    /AUTH_SERVER_METADATA|Authorization Server Metadata|isn't at any discovery location|(?:authorization.server|AS metadata|sign).*(?:HTML|a page|JSON|text\/html)|JSON.*(?:authorization.server|oauth-authorization-server)|oauth-authorization-server.*(?:HTML|JSON|page)/i,
  ],
  [
    'insufficient scope at connect',
    'Nobody is signed in, and 403 says that a scope is missing.',
    /\b403\b|Expected 401|insufficient_scope|refused with 401/i,
  ],
]

const sound = ['good', 'good at the root', 'two challenges', 'a slash is redirected', 'Accept comes first']

export const blindScenes: readonly BlindScene[] = [
  ...broken.map(([name, wrong, looksFor]): BlindScene => ({ scene: sceneOf(name, wrong), looksFor })),
  ...sound.map((name): BlindScene => ({ scene: sceneOf(name, 'Nothing.') })),
]

function sceneOf(name: string, wrong: string): Scene {
  return {
    name: `blind-${name.replaceAll(',', '').replaceAll(' ', '-')}`,
    wrong,
    cause: undefined,
    stack: 'node',
    broken: {},
    path: name === 'good at the root' ? '' : '/mcp',
    server: { program: '../peers/blind/servers.mjs', args: [name] },
  }
}
