import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  // "/mcp/" is answered, and not sent elsewhere: a POST that is redirected may arrive as a GET, or without its token.
  skipTrailingSlashRedirect: true,
  turbopack: { root: import.meta.dirname },
  typescript: { ignoreBuildErrors: true }, // they are looked for apart, with those of all examples
  headers: async () =>
    ['/', '/books'].map((source) => ({
      source,
      headers: [
        { key: 'content-security-policy', value: "frame-ancestors 'none'" },
        { key: 'referrer-policy', value: 'same-origin' },
        { key: 'x-content-type-options', value: 'nosniff' },
      ],
    })),
}

export default config
