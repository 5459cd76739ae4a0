import { parseArgs } from 'node:util'
import { isLoopbackHost } from '@portcullis/auth/protocol'
import { type ClientProfile, profiles } from '@portcullis/clients'
import { isAbsoluteUrl, longestUrl } from '../absolute-url.ts'
import { hasMark, hideTarget } from '../evidence/hidden-target.ts'

/** What the words of a command line ask for. */
export type Command =
  | ({ readonly kind: 'ask'; readonly url: string; readonly deadline: number } & Wishes)
  | ({ readonly kind: 'read'; readonly file: string } & Wishes)
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly why: string }

export interface Wishes {
  readonly clients: readonly ClientProfile[]
  readonly isJson: boolean
  readonly isVerbose: boolean
  /** `undefined`: as the terminal can. */
  readonly isColored: boolean | undefined
  /** Where the report is written as well. */
  readonly save: string | undefined
}

export function parseCommand(argv: readonly string[]): Command {
  try {
    return commandOf(parseWords(argv))
  } catch (error) {
    // Node adds how to write a positional argument with a dash, which no URL has.
    const why = error instanceof Error ? error.message : String(error)
    return { kind: 'wrong', why: why.replace(/\. To specify a positional argument[\s\S]*/, '') }
  }
}

/** Throws what is wrong. */
function commandOf({ values, positionals }: ReturnType<typeof parseWords>): Command {
  if (values.help === true) return { kind: 'help' }
  const { from, save, timeout } = values
  const [url, second] = positionals
  if (second !== undefined) throw new TypeError(`One server at a time, but there is also "${hideTarget(second).shown}"`)
  const wishes = {
    clients: clientsOf(values.client),
    isJson: values.json === true,
    isVerbose: values.verbose === true,
    isColored: values['no-color'] === true ? false : undefined,
    save,
  }
  if (from !== undefined) {
    if (url !== undefined) throw new TypeError('Either a URL to ask or --from a file, not both')
    if (timeout !== undefined) throw new TypeError('--timeout is for asking, and --from asks nothing')
    return { kind: 'read', file: from, ...wishes }
  }
  if (url === undefined) throw new TypeError('Say which server: portcullis doctor https://mcp.example.com/mcp')
  requireServer(url)
  return { kind: 'ask', url, deadline: deadlineOf(timeout), ...wishes }
}

function parseWords(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      client: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      verbose: { type: 'boolean' },
      'no-color': { type: 'boolean' },
      save: { type: 'string' },
      from: { type: 'string' },
      timeout: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

function clientsOf(lists: readonly string[] | undefined): readonly ClientProfile[] {
  if (lists === undefined) return profiles
  const ids = lists.flatMap((list) => list.split(',')).map((id) => id.trim())
  const unknown = ids.find((id) => !profiles.some((profile) => profile.id === id))
  if (unknown !== undefined)
    throw new TypeError(`There is no client "${unknown}". There are: ${profiles.map(({ id }) => id).join(', ')}`)
  return profiles.filter(({ id }) => ids.includes(id))
}

/** Milliseconds. */
function deadlineOf(timeout = '15'): number {
  const seconds = Number(timeout)
  if (timeout.trim() === '' || !(seconds > 0 && seconds <= 600))
    throw new TypeError(`--timeout is a number of seconds up to 600, not "${timeout}"`)
  return seconds * 1000
}

function requireServer(url: string): void {
  if (url.length > longestUrl) throw new TypeError(`No server takes a URL of ${url.length} characters`)
  // It may have been typed for a log to keep: what is secret in it is shown there as little as in a report.
  const { shown } = hideTarget(url)
  const { protocol, pathname } = URL.canParse(url) ? new URL(url) : {}
  // What stands before a port is taken for a scheme.
  const isHostWithPort = protocol !== undefined && !isWeb(protocol) && /^\d+(\/|$)/.test(pathname ?? '')
  if (isHostWithPort && isAbsoluteUrl(`https://${url}`)) throw new TypeError(noUrlBut(url))
  if (protocol === undefined || (isWeb(protocol) && !isAbsoluteUrl(url))) {
    const isGuessed = protocol === undefined && !url.includes('//') && isAbsoluteUrl(`https://${url}`)
    throw new TypeError(isGuessed ? noUrlBut(url) : `"${shown}" is no URL`)
  }
  if (!isWeb(protocol)) throw new TypeError(`A server is asked by http or https, not by "${protocol}"`)
  if (hasMark(url))
    throw new TypeError(
      `"${url}" is from a report, which left a secret out: type the URL with what it has in that place`,
    )
}

function isWeb(protocol: string): boolean {
  return protocol === 'https:' || protocol === 'http:'
}

/** Servers on this machine speak http, others https. */
function noUrlBut(url: string): string {
  const scheme = isLoopbackHost(new URL(`https://${url}`).hostname) ? 'http' : 'https'
  const { shown } = hideTarget(`${scheme}://${url}`)
  return `"${shown.replace(`${scheme}://`, '')}" is no URL; did you mean ${shown} ?`
}
