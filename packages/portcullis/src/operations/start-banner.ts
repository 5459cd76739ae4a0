/** What the terminal shows when the server has started: where it is, and how to connect. */
export interface StartBanner {
  publicUrl: string
  /** How clients will call the server. Default: made from its host. */
  name?: string | undefined
  upstream: string
  /** The one-time link for the first owner. Default: there is an owner. */
  ownerLink?: string | undefined
  /** Whether test users can sign in without a password. */
  dev: boolean
}

export function formatStartBanner({ publicUrl, name, upstream, ownerLink, dev }: StartBanner): string {
  const short = clientNameOf(name ?? new URL(publicUrl).hostname)
  const forVsCode = JSON.stringify({ name: short, type: 'http', url: publicUrl })
  const forCursor = JSON.stringify({ mcpServers: { [short]: { url: publicUrl } } })
  const sections = [
    `Portcullis stands in front of ${upstream}\n\n  MCP URL       ${publicUrl}`,
    ownerLink === undefined
      ? undefined
      : `  First of all, make the owner's account. This link works once, for 24 hours:\n\n  ${ownerLink}`,
    dev ? '  DEVELOPMENT   Anybody on this machine can sign in as alice or bob, without a password.' : undefined,
    `  Add it to a client:\n
  Claude Code   claude mcp add --transport http ${short} ${publicUrl}
  Codex         codex mcp add ${short} --url ${publicUrl}
  VS Code       code --add-mcp '${forVsCode}'
  Cursor        in .cursor/mcp.json: ${forCursor}`,
  ]
  return `\n${sections.filter((section) => section !== undefined).join('\n\n')}\n\n`
}

/** A name that every client and every shell takes: `Our notes!` is `our-notes`. */
export function clientNameOf(name: string): string {
  const short = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
  return short === '' || short === 'localhost' ? 'portcullis' : short
}
