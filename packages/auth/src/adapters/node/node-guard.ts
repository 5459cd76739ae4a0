import { createGuard, type Guard, type ProtectOptions } from '../../resource-server/guard.ts'
import type { ResourceServer } from '../../resource-server/resource-server.ts'
import { macKey, macOf } from '../hmac.node.ts'

/**
 * A guard for what answers over `node:http`. There a header is set at once, and so its session ids are bound by the MAC of Node itself: whoever bundles
 * for a runtime of web standards, where `#hmac` is Web Crypto's and a promise, may serve `node:http` all the same.
 */
export function createNodeGuard(server: ResourceServer, options?: ProtectOptions): Guard {
  return createGuard(server, options, (bytes) => {
    const key = macKey(bytes)
    return (text) => macOf(key, text)
  })
}
