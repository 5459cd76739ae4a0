import type { ResourceServer } from '@portcullis/auth'
import { protect, type Session } from '@portcullis/auth/fastmcp'
import { FastMCP } from 'fastmcp'
import { FastMCP as FastMCP3 } from 'fastmcp-3'
import { type AskWarehouse, addOrderTools } from './order-tools.ts'
import { rules } from './protection.ts'

/** The releases that run side by side: the newest, and the one of the documents, with mcp-proxy 5.10. */
export type Release = 'newest' | '3.22'

/** An orders server that runs, until it is stopped. */
export interface Orders {
  stop(): Promise<void>
}

/** Starts the orders server on one of the releases, behind `protection`. */
export async function startOrders(
  release: Release,
  port: number,
  { protection, askWarehouse }: { protection: ResourceServer; askWarehouse: AskWarehouse },
): Promise<Orders> {
  const about = { name: 'orders', version: '1.0.0' } as const
  const listen = { transportType: 'httpStream', httpStream: { port, host: '127.0.0.1', stateless: true } } as const
  switch (release) {
    case 'newest': {
      const app = protect(protection, (authenticate) => new FastMCP<Session>({ ...about, authenticate }), rules)
      addOrderTools(app, askWarehouse)
      await app.start(listen)
      return app
    }
    case '3.22': {
      const app = protect(protection, (authenticate) => new FastMCP3<Session>({ ...about, authenticate }), rules)
      addOrderTools(app, askWarehouse)
      await app.start(listen)
      return app
    }
    default:
      return release satisfies never
  }
}
