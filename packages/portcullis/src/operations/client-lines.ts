/** How people add the server to a client of theirs: a line to run or to write down, for each client that we name. */
export function clientLines({ publicUrl, name }: { publicUrl: string; name?: string | undefined }): {
  client: string
  /** Where the line belongs, unless it is to be run. */
  where?: string
  line: string
}[] {
  const short = clientNameOf(name ?? new URL(publicUrl).hostname)
  const forVsCode = JSON.stringify({ name: short, type: 'http', url: publicUrl })
  const forCursor = JSON.stringify({ mcpServers: { [short]: { url: publicUrl } } })
  return [
    { client: 'Claude Code', line: `claude mcp add --transport http ${short} ${publicUrl}` },
    { client: 'Codex', line: `codex mcp add ${short} --url ${publicUrl}` },
    { client: 'VS Code', line: `code --add-mcp '${forVsCode}'` },
    { client: 'Cursor', where: 'in .cursor/mcp.json', line: forCursor },
  ]
}

/** A name that every client and every shell takes: `Our notes!` is `our-notes`. */
export function clientNameOf(name: string): string {
  const short = name
    .toLowerCase()
    .replace(/:\d+$/, '') // a host may have a port, which would make no better name
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
  return short === '' || short === 'localhost' ? 'portcullis' : short
}
