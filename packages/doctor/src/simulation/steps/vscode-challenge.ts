/** What VS Code takes out of `WWW-Authenticate`: `parseWWWAuthenticateHeader` of `vs/base/common/oauth`. */
export interface VscodeChallenge {
  readonly pointer: string | undefined
  readonly scopes: readonly string[] | undefined
}

/** Only `Bearer` so spelt counts; the first of each parameter. */
export function readVscodeChallenge(header: string | undefined): VscodeChallenge {
  const bearers = challengesIn(header ?? '').filter(({ scheme }) => scheme === 'Bearer')
  const scopes = bearers.map(({ parameters }) =>
    parameters
      .get('scope')
      ?.split(' ')
      .filter((each) => each.trim() !== ''),
  )
  return {
    pointer: bearers.map(({ parameters }) => parameters.get('resource_metadata')).find(Boolean),
    scopes: scopes.find((each) => each !== undefined && each.length > 0),
  }
}

interface ReadChallenge {
  readonly scheme: string
  readonly parameters: Map<string, string>
}

/** Commas outside quotes part the tokens; a token with a space before its first `=` begins a challenge. */
function challengesIn(header: string): readonly ReadChallenge[] {
  const challenges: ReadChallenge[] = []
  for (const token of header.match(/(?:"[^"]*"?|[^",])+/g)?.map((each) => each.trim()) ?? []) {
    if (token === '') continue
    const [, scheme, first] = /^([^= ]+) (.*=.*)$/s.exec(token) ?? []
    if (scheme !== undefined || !token.includes('=')) {
      challenges.push({ scheme: (scheme ?? token).trim(), parameters: new Map() })
      if (first === undefined) continue
    }
    add(first ?? token, challenges.at(-1)?.parameters)
  }
  return challenges
}

function add(parameter: string, parameters: Map<string, string> | undefined): void {
  const at = parameter.indexOf('=')
  if (at <= 0) return
  const value = parameter.slice(at + 1).trim()
  parameters?.set(parameter.slice(0, at).trim(), value.replace(/^"|"$/g, ''))
}
