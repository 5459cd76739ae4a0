import type { Change, Code, FixContext } from '../change.ts'
import { remarkOn } from '../placeholders.ts'

/** FastMCP for Python, 2.11 and later: its provider challenges, checks tokens and serves the metadata, so that one piece mends all three. */
export function onPython({ kind }: Change, context: FixContext): Code | undefined {
  if (kind !== 'challenge' && kind !== 'verify_token' && kind !== 'resource_metadata') return undefined
  const { issuer, keySet, target, origin } = context
  return {
    language: 'python',
    file: 'where the FastMCP server is made: FastMCP(…, auth=auth)',
    text: `from fastmcp.server.auth import RemoteAuthProvider
from fastmcp.server.auth.providers.jwt import JWTVerifier
from pydantic import AnyHttpUrl

issuer = "${issuer}"${remarkOn(issuer, '#')}
auth = RemoteAuthProvider(
    token_verifier=JWTVerifier(
        jwks_uri="${keySet}",${remarkOn(keySet, '#')}
        issuer=issuer,
        audience="${target}",  # byte for byte what people type
    ),
    authorization_servers=[AnyHttpUrl(issuer)],
    base_url="${origin}",
)`,
  }
}
