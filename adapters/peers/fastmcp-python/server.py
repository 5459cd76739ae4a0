import os

from fastmcp import FastMCP
from fastmcp.server.auth import RemoteAuthProvider
from fastmcp.server.auth.providers.jwt import JWTVerifier

port, resource, issuer = int(os.environ["PORT"]), os.environ["RESOURCE"], os.environ["ISSUER"]
scope = "notes:read"

auth = RemoteAuthProvider(
    token_verifier=JWTVerifier(jwks_uri=f"{issuer}/jwks", issuer=issuer, audience=resource, algorithm="ES256"),
    authorization_servers=[issuer],
    base_url=resource.removesuffix("/mcp"),
    required_scopes=[scope],
    challenge_scopes=[scope],
)
mcp = FastMCP("notes", auth=auth)


@mcp.tool
def whoami() -> str:
    return "You are somebody"


mcp.run(transport="http", host="127.0.0.1", port=port, path="/mcp", show_banner=False)
