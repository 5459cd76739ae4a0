import type { Change, Code, FixContext } from './change.ts'
import type { Framework, ProxyProduct } from './stack.ts'
import { onCaddy } from './stacks/caddy.ts'
import { onExpress } from './stacks/express.ts'
import { onFastMcp } from './stacks/fastmcp.ts'
import { onHono } from './stacks/hono.ts'
import { onNext } from './stacks/next.ts'
import { onNginx } from './stacks/nginx.ts'
import { onNode } from './stacks/node.ts'
import { onPython } from './stacks/python.ts'

type Writer = (change: Change, context: FixContext) => Code | undefined

/** Who writes lines for which stack. Each change that a writer knows has a scene that applies it as printed (scenes/). */
export const writers: Readonly<Partial<Record<Framework | ProxyProduct, Writer>>> = {
  express: onExpress,
  node: onNode,
  hono: onHono,
  next: onNext,
  fastmcp: onFastMcp,
  python: onPython,
  nginx: onNginx,
  caddy: onCaddy,
}
