import { type Answer, json, type Origins, type Routes } from './scene.ts'

export const resourcePlace = '/.well-known/oauth-protected-resource/mcp'
export const resourceRoot = '/.well-known/oauth-protected-resource'
export const serverPlace = '/.well-known/oauth-authorization-server'
export const openidPlace = '/.well-known/openid-configuration'
export const page: Answer = { status: 200, headers: { 'content-type': 'text/html' }, body: '<!doctype html><p>Hello' }
export const registers: Answer = { status: 201 }

export function good({ here }: Origins): Routes {
  return {
    ...challenged(`Bearer resource_metadata="${here}${resourcePlace}"`),
    [`GET ${resourcePlace}`]: json(resource(here)),
    [`GET ${serverPlace}`]: json(server(here)),
    'POST /register': registers,
    'POST /token': { status: 400, body: '{"error":"invalid_request"}' },
    'GET /authorize': { status: 400, body: 'invalid_request' },
  }
}

export function atRoot({ here }: Origins): Routes {
  return {
    'POST /': refused('Bearer'),
    'GET /': refused('Bearer'),
    [`GET ${resourceRoot}`]: json({ ...resource(here), resource: here }),
    [`GET ${serverPlace}`]: json(server(here)),
    'POST /register': registers,
  }
}

/** Whoever comes without a token. */
export function challenged(challenge: string): Routes {
  return { 'POST /mcp': refused(challenge), 'GET /mcp': refused(challenge) }
}

export function refused(challenge: string): Answer {
  return { status: 401, headers: { 'www-authenticate': challenge } }
}

export function resource(here: string) {
  return { resource: `${here}/mcp`, authorization_servers: [here], scopes_supported: ['mcp:tools'] }
}

export function server(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    scopes_supported: ['mcp:tools', 'mcp:write'],
    authorization_response_iss_parameter_supported: true,
  }
}

export function openid(issuer: string) {
  return {
    ...server(issuer),
    jwks_uri: `${issuer}/jwks`,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}

export function without(value: object, field: string): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== field))
}
