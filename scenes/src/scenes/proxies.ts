import type { Scene } from '../scene.ts'

const nginxUpstream = `proxy_pass http://127.0.0.1:3000;
    proxy_set_header Host $http_host;
    proxy_buffering off;`

/** Sound servers behind proxies that are configured as people configure them. */
export const proxyScenes: readonly Scene[] = [
  {
    name: 'nginx-strips-the-challenge',
    stack: 'nginx',
    wrong: 'nginx hides WWW-Authenticate.',
    cause: 'challenge_missing',
    broken: { mcp_route: `location $PATH {\n    ${nginxUpstream}\n    proxy_hide_header WWW-Authenticate;\n}` },
    fixed: 'mcp_route',
    change: 'pass_challenge',
  },
  {
    name: 'nginx-sends-to-login',
    stack: 'nginx',
    wrong: 'nginx turns 401 into a redirect to the login page.',
    cause: 'login_page_instead_of_challenge',
    broken: {
      mcp_route: `location @login { return 302 /login; }
location = /login { try_files /index.html =404; }
location $PATH {\n    ${nginxUpstream}\n    proxy_intercept_errors on;\n    error_page 401 = @login;\n}`,
    },
    fixed: 'mcp_route',
    change: 'pass_challenge',
  },
  {
    name: 'nginx-no-well-known',
    stack: 'nginx',
    wrong: 'nginx has a location for the MCP path alone.',
    cause: 'resource_metadata_missing',
    broken: { well_known_route: '' },
    fixed: 'well_known_route',
    change: 'route_well_known',
  },
  {
    name: 'nginx-single-page-application',
    stack: 'nginx',
    wrong: 'try_files gives the start page of a single-page application for the well-known paths.',
    cause: 'resource_metadata_not_json',
    broken: { well_known_route: `location / {\n    try_files $uri /index.html;\n}` },
    fixed: 'well_known_route',
    change: 'route_well_known',
  },
  {
    name: 'nginx-guards-well-known',
    stack: 'nginx',
    wrong: 'nginx asks for a password on everything but the MCP path.',
    cause: 'resource_metadata_guarded',
    broken: { well_known_route: `location / {\n    return 401;\n}` },
    fixed: 'well_known_route',
    change: 'open_well_known',
  },
  {
    name: 'nginx-basic-everything',
    stack: 'nginx',
    wrong: 'auth_basic over the whole site: the endpoint, the metadata, signing in.',
    cause: 'challenge_not_bearer',
    broken: { guard: `auth_basic "Restricted";\nauth_basic_user_file htpasswd;` },
    fixed: 'guard',
    change: 'lift_password',
  },
  {
    name: 'nginx-502',
    stack: 'nginx',
    wrong: 'nginx sends to a port where the server no longer listens.',
    cause: 'server_fails',
    broken: {
      mcp_route: `location $PATH {\n    proxy_pass http://127.0.0.1:1;\n}`,
    },
  },
  {
    name: 'nginx-blocks-bots',
    stack: 'nginx',
    wrong: 'A rule against AI bots refuses the clients of AI vendors.',
    cause: 'user_agent_blocked',
    broken: {
      mcp_route: `location $PATH {\n    if ($http_user_agent ~* "(Claude|openai|python-httpx)") { return 403; }\n    ${nginxUpstream}\n}`,
    },
    fixed: 'mcp_route',
    change: 'let_user_agents_in',
  },
  {
    name: 'nginx-blocks-scripts-at-well-known',
    stack: 'nginx',
    wrong: 'A rule against scripts refuses the library that Claude reads documents with, and no other client.',
    cause: 'user_agent_blocked',
    broken: {
      well_known_route: `location /.well-known/ {\n    if ($http_user_agent ~* "python-httpx") { return 403; }\n    ${nginxUpstream}\n}`,
    },
    fixed: 'well_known_route',
    change: 'route_well_known',
  },
  {
    name: 'nginx-says-br-and-sends-none',
    stack: 'nginx',
    wrong: 'nginx calls documents packed that it hands on as they are.',
    cause: 'encoding_wrong',
    broken: {
      well_known_route: `location /.well-known/ {\n    ${nginxUpstream}\n    add_header Content-Encoding br;\n}`,
    },
  },
  {
    name: 'nginx-adds-a-slash',
    stack: 'nginx',
    wrong: 'nginx redirects the MCP path to the same with a slash.',
    cause: 'redirected',
    broken: {
      mcp_route: `location = $PATH {\n    return 301 $PATH/;\n}\nlocation $PATH/ {\n    proxy_pass http://127.0.0.1:3000$PATH;\n    proxy_set_header Host $http_host;\n}`,
    },
    fixed: 'mcp_route',
    change: 'no_redirect',
  },
  {
    name: 'caddy-no-well-known',
    stack: 'caddy',
    wrong: 'Caddy has a route for the MCP path alone.',
    cause: 'resource_metadata_missing',
    broken: { well_known_route: `handle {\n\trespond 404\n}` },
    fixed: 'well_known_route',
    change: 'route_well_known',
  },
  {
    name: 'caddy-strips-the-challenge',
    stack: 'caddy',
    wrong: 'Caddy removes the header from what it hands on.',
    cause: 'challenge_missing',
    broken: {
      mcp_route: `handle $PATH {\n\treverse_proxy 127.0.0.1:3000 {\n\t\theader_down -WWW-Authenticate\n\t}\n}`,
    },
    fixed: 'mcp_route',
    change: 'pass_challenge',
  },
  {
    name: 'caddy-sends-to-login',
    stack: 'caddy',
    wrong: 'Caddy turns 401 into a redirect to the login page.',
    cause: 'login_page_instead_of_challenge',
    broken: {
      mcp_route: `handle $PATH {\n\treverse_proxy 127.0.0.1:3000 {\n\t\t@refused status 401\n\t\thandle_response @refused {\n\t\t\tredir * /login 302\n\t\t}\n\t}\n}`,
    },
    fixed: 'mcp_route',
    change: 'pass_challenge',
  },
  {
    name: 'caddy-single-page-application',
    stack: 'caddy',
    wrong: 'Caddy gives a page for every path that it does not know.',
    cause: 'resource_metadata_not_json',
    broken: {
      well_known_route: `handle {\n\theader Content-Type text/html\n\trespond "<!doctype html><title>A product</title>" 200\n}`,
    },
    fixed: 'well_known_route',
    change: 'route_well_known',
  },
  {
    name: 'caddy-guards-well-known',
    stack: 'caddy',
    wrong: 'Caddy refuses everybody on every path but the MCP path.',
    cause: 'resource_metadata_guarded',
    broken: { well_known_route: `handle {\n\trespond 401\n}` },
    fixed: 'well_known_route',
    change: 'open_well_known',
  },
  {
    name: 'caddy-blocks-bots',
    stack: 'caddy',
    wrong: 'A rule against AI bots refuses the clients of AI vendors.',
    cause: 'user_agent_blocked',
    broken: {
      mcp_route: `handle $PATH {
	@bots header_regexp User-Agent (?i)(Claude|openai|python-httpx)
	respond @bots 403
	reverse_proxy 127.0.0.1:3000
}`,
    },
    fixed: 'mcp_route',
    change: 'let_user_agents_in',
  },
  {
    name: 'caddy-adds-a-slash',
    stack: 'caddy',
    wrong: 'Caddy redirects the MCP path to the same with a slash.',
    cause: 'redirected',
    broken: {
      mcp_route: `handle $PATH {
	redir * $PATH/ 301
}
handle $PATH/ {
	rewrite * $PATH
	reverse_proxy 127.0.0.1:3000
}`,
    },
    fixed: 'mcp_route',
    change: 'no_redirect',
  },
]
