import type { Gateway } from './gateway.ts'
import { kindsIn, type SecretKind, secretsIn } from './secrets.ts'

/** What was sought and found, once a gateway has stopped. */
export interface Secrecy {
  sought: string
  /** One sentence each; none is what laws 7 and 11 demand. */
  violations: readonly string[]
}

/**
 * Seeks every secret that clients and browsers had where none may stand: in the log, in what the MCP server was sent, in the database. `absent`: kinds that
 * must not even have passed.
 */
export function examineSecrecy(gateway: Gateway, { absent }: { absent: readonly SecretKind[] }): Secrecy {
  const front = gateway.front.passed()
  const { sent } = gateway.back.passed()
  const secrets = secretsIn(front, { absent })
  const unfound = [...secrets.keys()].filter((kind) => !kindsIn(front.sent + front.received, secrets).includes(kind))
  if (unfound.length > 0) throw new Error(`The search does not even find them where they passed: ${unfound.join(', ')}`)
  const places = { 'the log': gateway.log(), 'what the MCP server was sent': sent, 'the database': gateway.database() }
  const found = Object.entries(places).flatMap(([place, text]) =>
    kindsIn(text, secrets).map((kind) => `In ${place} stands a secret: ${kind}`),
  )
  const headers = [...sent.matchAll(/^(authorization|proxy-authorization|cookie):/gim)].map(
    ([, name = '']) => `The MCP server was sent the header ${name.toLowerCase()}`,
  )
  const counts = [...secrets].map(([kind, { size }]) => `${size} × ${kind}`).join(', ')
  const requests = sent.match(/^(?:GET|POST|DELETE) \S+ HTTP\/1\.1\r$/gm)?.length ?? 0
  const lines = gateway.log().split('\n').length - 1
  return {
    sought: `${counts}; in ${lines} lines of log, ${requests} requests to the MCP server and the database`,
    violations: [...new Set([...found, ...headers])],
  }
}
