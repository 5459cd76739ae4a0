"""An MCP server on the official Python SDK. There is no OAuth in it: Portcullis stands in front, and says by headers who calls."""

import os
from urllib.parse import unquote

from mcp.server.mcpserver import Context, MCPServer

server = MCPServer("whoami-python")


@server.tool()
def whoami(context: Context) -> str:
    """Tells who you are to this server, as the gateway says."""
    headers = context.headers or {}
    subject = unquote(headers.get("x-portcullis-subject", "anonymous"))
    client = unquote(headers.get("x-portcullis-client", "no client that is named"))
    return f"Python says: you are {subject}, through {client}"


server.run(transport="streamable-http", host="127.0.0.1", port=int(os.environ["PORT"]))
