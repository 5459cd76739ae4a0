/** What rmcp takes out of one `WWW-Authenticate` (`extract_www_authenticate_params`): parameters by their names, wherever they stand. */
export interface RmcpChallenge {
  /** Of the same origin as the MCP URL: others it does not take. */
  readonly pointer?: string
  readonly scope?: string
}

export function readRmcpChallenge(header: string, base: string): RmcpChallenge {
  const pointer = valuesOf(header, 'resource_metadata')
    .map((value) => pointerIn(value, base))
    .find((each) => each !== undefined)
  const [scope] = valuesOf(header, 'scope')
  return { ...(pointer !== undefined && { pointer }), ...(scope !== undefined && { scope }) }
}

function pointerIn(value: string, base: string): string | undefined {
  const reference = value.trim()
  if (reference === '' || !URL.canParse(reference, base)) return undefined
  const pointer = new URL(reference, base)
  return pointer.origin === new URL(base).origin ? pointer.href : undefined
}

function valuesOf(header: string, name: string): readonly string[] {
  const values: string[] = []
  for (const { index } of header.matchAll(new RegExp(`${name}=`, 'gi'))) {
    const value = header.slice(index + name.length + 1).trimStart()
    const [, quoted] = value.match(/^"((?:[^"\\]|\\.)*)"/s) ?? []
    if (quoted !== undefined) values.push(quoted.replace(/\\(.)/gs, '$1'))
    else if (!value.startsWith('"')) values.push(value.match(/^[^,;\s]*/)?.[0] ?? '')
    else return values
  }
  return values
}
