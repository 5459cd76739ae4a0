import { parseArgs } from 'node:util'
import type { ClientKind } from './clients/client.ts'
import { allClients } from './clients/index.ts'
import type { Target } from './target.ts'

export interface Options {
  clients: readonly ClientKind[]
  target: Target
  /** Where the results go as JSON. Default: nowhere. */
  json: string | undefined
}

/** Throws `TypeError`, with the names that are possible, for a client that there is not. */
export function parseOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      client: { type: 'string' },
      json: { type: 'string' },
      url: { type: 'string', default: 'http://localhost:4700/mcp' },
      username: { type: 'string', default: 'alice' },
      password: { type: 'string', default: 'correct horse battery' },
      lifetime: { type: 'string', default: '4' },
    },
  })
  return {
    clients: clientsNamed(values.client),
    target: {
      url: values.url,
      username: values.username,
      password: values.password,
      accessTokenLifetime: Number(values.lifetime),
    },
    json: values.json,
  }
}

function clientsNamed(list: string | undefined): readonly ClientKind[] {
  if (list === undefined) return allClients
  return list.split(',').map((name) => {
    const kind = allClients.find((each) => each.name === name)
    if (kind === undefined)
      throw new TypeError(`There is no client "${name}"; there are ${allClients.map((each) => each.name).join(', ')}`)
    return kind
  })
}
