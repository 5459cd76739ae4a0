import type { Change, Code, FixContext } from '../change.ts'

export function onCaddy({ kind }: Change, context: FixContext): Code | undefined {
  const code = (text: string): Code => ({
    language: 'caddyfile',
    file: 'in the site block of the Caddyfile; then caddy reload',
    text,
  })
  const upstream = '127.0.0.1:3000 # where your server listens'
  switch (kind) {
    case 'pass_challenge':
      return code(`handle ${context.path} { # no handle_response for 401, and no header_down for WWW-Authenticate
	reverse_proxy ${upstream}
}`)
    case 'route_well_known':
    case 'open_well_known':
      return code(`@oauth path /.well-known/oauth-* /.well-known/openid-configuration*
handle @oauth {
	reverse_proxy ${upstream}
}`)
    case 'let_user_agents_in':
      return code(`handle ${context.path} { # no matcher for User-Agent here, nor in the site block above it
	reverse_proxy ${upstream}
}`)
    case 'no_redirect':
      return code(`handle ${context.path} { # the path as people type it, with no slash added
	reverse_proxy ${upstream}
}`)
    default:
      return undefined
  }
}
