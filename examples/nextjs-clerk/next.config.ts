import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  // "/mcp/" is answered, and not sent elsewhere: a POST that is redirected may arrive as a GET, or without its token.
  skipTrailingSlashRedirect: true,
  turbopack: { root: import.meta.dirname },
  typescript: { ignoreBuildErrors: true }, // they are looked for apart, with those of all examples
}

export default config
