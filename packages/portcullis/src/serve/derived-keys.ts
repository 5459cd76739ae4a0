import { hkdfSync } from 'node:crypto'
import type { ServerSecret } from '@portcullis/auth/authorization-server'

/** Challenges for passkeys are sealed with keys of their own, which every process has. */
export function challengeKeysOf([first, ...others]: readonly [ServerSecret, ...ServerSecret[]]): [
  Uint8Array,
  ...Uint8Array[],
] {
  const keyOf = ({ secret }: ServerSecret) =>
    new Uint8Array(hkdfSync('sha256', secret, '', 'portcullis passkey challenges', 32))
  return [keyOf(first), ...others.map(keyOf)]
}

/** Sessions of the MCP transport are bound to people with keys of their own, so that they survive a restart (law 12). */
export function sessionKeyOf({ secret }: ServerSecret): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'portcullis mcp sessions', 32))
}
