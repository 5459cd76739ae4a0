import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Filling, fill, isPersonal, parseTemplate, type Template, variablesOf } from './templates.ts'

/** How the program of an MCP server is started, as it is configured: templates, and nothing that a shell would read. */
export interface StdioCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Default: the current folder. */
  readonly cwd?: string | undefined
}

/** How one process is started. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string | undefined
}

export interface Launcher {
  /** Whether anything in it is of a person. */
  readonly isPersonal: boolean
  /** The variables of the environment that it needs, by name. */
  readonly variables: readonly string[]
  /** Throws `UnfilledHole`. */
  launchFor(filling: Pick<Filling, 'accessToken'>): Launch
}

/** Throws `TypeError` for a template that cannot stand. */
export function createLauncher(
  { command, args, env, cwd }: StdioCommand,
  environment: Readonly<Record<string, string | undefined>>,
): Launcher {
  const argTemplates = args.map(parseTemplate)
  const envTemplates = Object.entries(env).map(([name, value]): [string, Template] => [name, parseTemplate(value)])
  const cwdTemplate = cwd === undefined ? undefined : parseTemplate(cwd)
  const inherited = inheritedFrom(environment)
  const all = [...argTemplates, ...envTemplates.map(([, template]) => template), ...(cwdTemplate ? [cwdTemplate] : [])]
  return {
    isPersonal: all.some(isPersonal),
    variables: [...new Set(all.flatMap(variablesOf))],
    launchFor({ accessToken }) {
      const filling = { accessToken, environment }
      return {
        command,
        args: argTemplates.map((template) => fill(template, filling, 'argument')),
        env: {
          ...inherited,
          ...Object.fromEntries(envTemplates.map(([name, template]) => [name, fill(template, filling)])),
        },
        cwd: cwdTemplate === undefined ? undefined : resolve(fill(cwdTemplate, filling, 'path')),
      }
    },
  }
}

/** Makes the folder of a process that is a person's, which nobody could make beforehand. */
export async function makeFolder({ cwd }: Launch): Promise<void> {
  if (cwd !== undefined) await mkdir(cwd, { recursive: true, mode: 0o700 })
}

/**
 * What a process gets of the environment of Portcullis: what programs need to run, and to trust a network that looks into TLS, by name. Whatever else there is may be a secret, of Portcullis above
 * all, and is the operator's to hand on.
 */
function inheritedFrom(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && inheritedNames.test(entry[0]) && !entry[1].startsWith('()'), // a function of a shell
    ),
  )
}

const inheritedNames =
  /^(?:PATH|HOME|LANG|LANGUAGE|LC_[A-Z]+|LOGNAME|NODE_EXTRA_CA_CERTS|SHELL|SSL_CERT_(?:FILE|DIR)|TERM|TMPDIR|TZ|USER)$|^(?:APPDATA|COMSPEC|HOMEDRIVE|HOMEPATH|LOCALAPPDATA|PATHEXT|PROCESSOR_ARCHITECTURE|PROGRAMDATA|PROGRAMFILES(?:\(X86\))?|PROGRAMW6432|SYSTEMDRIVE|SYSTEMROOT|TEMP|TMP|USERNAME|USERPROFILE|WINDIR)$/i
