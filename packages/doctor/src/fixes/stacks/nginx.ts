import type { Change, Code, FixContext } from '../change.ts'
import { openPaths } from './open-paths.ts'

export function onNginx({ kind }: Change, context: FixContext): Code | undefined {
  const code = (text: string): Code => ({
    language: 'nginx',
    file: 'in the server block of nginx; then nginx -s reload',
    text,
  })
  const upstream = 'http://127.0.0.1:3000; # where your server listens'
  switch (kind) {
    case 'pass_challenge':
      return code(`location ${context.path} {
    proxy_pass ${upstream}
    proxy_set_header Host $http_host;
    proxy_pass_header WWW-Authenticate; # and no proxy_hide_header for it
    proxy_intercept_errors off;
    proxy_buffering off;
}`)
    case 'route_well_known':
    case 'open_well_known':
      return code(`location ^~ /.well-known/oauth- {
    auth_basic off;
    auth_request off;
    proxy_pass ${upstream}
    proxy_set_header Host $http_host;
}
location = /.well-known/openid-configuration {
    proxy_pass ${upstream}
    proxy_set_header Host $http_host;
}`)
    case 'lift_password':
      return code(`set $password "Restricted";
if ($uri ~ "^(${['/\\.well-known/', ...openPaths(context).map((path) => `${path}$`)].join('|')})") { set $password off; }
auth_basic $password; # instead of auth_basic "Restricted"; the file of passwords stays`)
    case 'let_user_agents_in':
      return code(`location ${context.path} { # no test of $http_user_agent here, nor in the server block above it
    proxy_pass ${upstream}
    proxy_set_header Host $http_host;
    proxy_buffering off;
}`)
    case 'no_redirect':
      return code(`location = ${context.path} { # the path as people type it, with no slash added
    proxy_pass ${upstream}
    proxy_set_header Host $http_host;
    proxy_buffering off;
}`)
    default:
      return undefined
  }
}
