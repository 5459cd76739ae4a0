import { clientLines } from './client-lines.ts'

/** What people are shown when the server has started: where it is, and how to connect. */
export interface StartBanner {
  /** The MCP servers, and what each stands in front of. */
  mcpServers: readonly StartedServer[]
  /** The one-time link for the first owner, or where it is kept. Default: there is an owner. */
  ownerLink?: { link: string } | { file: string } | { command: string } | undefined
  /** Whether test users can sign in without a password. */
  dev: boolean
}

export interface StartedServer {
  publicUrl: string
  /** How clients will call the server. Default: made from its host. */
  name?: string | undefined
  upstream: string
}

export function formatStartBanner({ mcpServers, ownerLink, dev }: StartBanner): string {
  const isOne = mcpServers.length === 1
  const lines = mcpServers.map((server) => {
    const ofClients = clientLines(server).map(
      ({ client, where, line }) => `  ${client.padEnd(12)}  ${where === undefined ? '' : `${where}: `}${line}`,
    )
    return [...(isOne ? [] : [`  ${server.name ?? server.publicUrl}`]), ...ofClients].join('\n')
  })
  const sections = [
    ...mcpServers.map(
      ({ publicUrl, name, upstream }) =>
        `${isOne ? 'Portcullis' : (name ?? 'Portcullis')} stands in front of ${upstream}\n\n  MCP URL       ${publicUrl}`,
    ),
    ownerLink === undefined
      ? undefined
      : `  First of all, make the owner's account. ${
          'link' in ownerLink
            ? `This link works once, for 24 hours:\n\n  ${ownerLink.link}`
            : 'file' in ownerLink
              ? `The link, which works once, for 24 hours, is in ${ownerLink.file}`
              : `Its link, which works once, for 24 hours, is printed by: ${ownerLink.command}`
        }`,
    dev ? '  DEVELOPMENT   Anybody on this machine can sign in as alice or bob, without a password.' : undefined,
    `  ${isOne ? 'Add it to a client' : 'Add them to a client'}:\n\n${lines.join('\n\n')}`,
  ]
  return `\n${sections.filter((section) => section !== undefined).join('\n\n')}\n\n`
}
