import http, { type RequestListener } from 'node:http'
import https from 'node:https'
import type { NodeMiddleware } from '../node.ts'

/**
 * Runs `start`, with `guard` in front of the servers of `node:http` that it makes before it first waits for something: for frameworks that show their
 * server to nobody. Nothing else of the process can come between. `hasServer`: whether it made any.
 */
export function startBehind<Started>(
  guard: NodeMiddleware,
  start: () => Started,
): { started: Started; hasServer: boolean } {
  let hasServer = false
  const behind = (listener: unknown) => {
    if (typeof listener !== 'function') return listener
    hasServer = true
    return inFrontOf(guard, listener as RequestListener) // the only function that `createServer` takes
  }
  const originals = [http, https].map((module) => ({ module, createServer: module.createServer }))
  for (const { module, createServer } of originals)
    Object.assign(module, {
      createServer: (...given: unknown[]) => Reflect.apply(createServer, module, given.map(behind)),
    })
  try {
    return { started: start(), hasServer }
  } finally {
    for (const { module, createServer } of originals) Object.assign(module, { createServer })
  }
}

function inFrontOf(guard: NodeMiddleware, listener: RequestListener): RequestListener {
  return (req, res) =>
    guard(req, res, (error) => {
      if (error !== undefined) return void res.writeHead(500).end()
      // Where the guard let it in, it has answered the browser too; what is behind would say that anybody may read.
      if ('auth' in req) delete req.headers.origin
      return listener(req, res)
    })
}
