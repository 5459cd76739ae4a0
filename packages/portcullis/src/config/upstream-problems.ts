import { createLauncher } from '../gateway/stdio/launch.ts'
import { parseTemplate } from '../gateway/stdio/templates.ts'
import type { Problem } from './problems.ts'
import type { StdioSetting, UpstreamSetting } from './upstream-schema.ts'

/** What of an upstream cannot stand. `at`: where it is set. */
export function upstreamProblems(upstream: UpstreamSetting | undefined, at: readonly PropertyKey[]): Problem[] {
  if (upstream === undefined || typeof upstream === 'string') return []
  const templates: [PropertyKey[], string][] = [
    ...upstream.args.map((arg, nth): [PropertyKey[], string] => [['args', nth], arg]),
    ...Object.entries(upstream.env).map(([name, value]): [PropertyKey[], string] => [['env', name], value]),
    ...(upstream.cwd === undefined ? [] : [[['cwd'], upstream.cwd] as [PropertyKey[], string]]),
  ]
  const problems = [
    ...commandProblems(upstream, at),
    ...templates.flatMap(([path, text]) => problemOf([...at, ...path], text)),
    ...Object.keys(upstream.env)
      .filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      .map((name) => ({ path: [...at, 'env', name], message: 'must be called as environment variables are' })),
  ]
  return problems.length > 0 ? problems : sharingProblems(upstream, at)
}

/** Nobody's claims say which program is run. */
function commandProblems({ command }: StdioSetting, at: readonly PropertyKey[]): Problem[] {
  const message = 'must be the program as it stands; what is filled in belongs into args, env or cwd'
  return command.includes('${') ? [{ path: [...at, 'command'], message }] : []
}

/** A process that all share cannot be set up for one of them. */
function sharingProblems(upstream: StdioSetting, at: readonly PropertyKey[]): Problem[] {
  if (upstream.per === 'person' || !createLauncher(upstream, {}).isPersonal) return []
  const message = 'must be "person" where args, env or cwd say something of the person'
  return [{ path: [...at, 'per'], message }]
}

function problemOf(path: PropertyKey[], text: string): Problem[] {
  try {
    parseTemplate(text)
    return []
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return [{ path, message: error.message }]
  }
}
