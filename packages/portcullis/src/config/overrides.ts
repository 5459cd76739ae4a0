/** A setting that can also be given on the command line or in the environment, where it goes before the file. */
export interface Override {
  /** Where it stands in the file. */
  path: readonly [string] | readonly [string, string]
  /** As the command line declares it. */
  flag: string
  /** In the environment. Never `PORTCULLIS_PORT`: Kubernetes sets that to an address of its own beside a service named `portcullis`. */
  variable: string
  /** `command`: the words of a command line. */
  kind: 'text' | 'number' | 'truth' | 'command'
  /** What it means, where it is not all that its setting means. */
  about?: string
}

/** In the order of `--help`. */
export const overrides: readonly Override[] = [
  { path: ['upstream'], flag: '--upstream <url>', variable: 'PORTCULLIS_UPSTREAM', kind: 'text' },
  {
    path: ['upstream'],
    flag: '--stdio <command>',
    variable: 'PORTCULLIS_STDIO',
    kind: 'command',
    about:
      'The MCP server as the command that starts it, with its arguments, where it speaks over its standard streams. Each person has a process of their own, unless upstream.per says otherwise.',
  },
  { path: ['publicUrl'], flag: '--public-url <url>', variable: 'PORTCULLIS_PUBLIC_URL', kind: 'text' },
  { path: ['name'], flag: '--name <name>', variable: 'PORTCULLIS_NAME', kind: 'text' },
  { path: ['listen', 'port'], flag: '--port <number>', variable: 'PORTCULLIS_LISTEN_PORT', kind: 'number' },
  { path: ['listen', 'host'], flag: '--host <address>', variable: 'PORTCULLIS_LISTEN_HOST', kind: 'text' },
  { path: ['database'], flag: '--database <place>', variable: 'PORTCULLIS_DATABASE', kind: 'text' },
  { path: ['log', 'level'], flag: '--log-level <level>', variable: 'PORTCULLIS_LOG_LEVEL', kind: 'text' },
  { path: ['log', 'format'], flag: '--log-format <format>', variable: 'PORTCULLIS_LOG_FORMAT', kind: 'text' },
  { path: ['dev'], flag: '--dev', variable: 'PORTCULLIS_DEV', kind: 'truth' },
]

/** The name under which a command line parser gives the value of `flag`: `--public-url <url>` is `publicUrl`. */
export function optionNameOf({ flag }: Override): string {
  return longFlagOf(flag)
    .slice(2)
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** `--port` of `--port <number>`. */
export function longFlagOf(flag: string): string {
  return flag.split(' ')[0] ?? flag
}
