import { type ConnectionEvent, requestRefused } from '@portcullis/auth/protocol'

/** Whether the program lives, and whether it can do its work. For whoever starts and watches it; these paths answer at any host. */
export interface Health {
  /** The answer to `/healthz` and `/readyz`; `undefined` for every other path. */
  answer(path: string, method: string): Promise<Response | undefined>
  /** From now on it is not ready: open answers run to their end, new requests should go elsewhere. */
  stop(): void
}

export interface HealthOptions {
  /** What must work, by name. Each rejects when it does not. */
  checks: Readonly<Record<string, () => Promise<unknown>>>
  /** Milliseconds after which a check that has not resolved has failed. Default 2000. */
  timeout?: number
  /** Told of requests that are refused. Default: nothing. */
  onEvent?: (event: ConnectionEvent) => void
}

export function createHealth({ checks, timeout = 2000, onEvent }: HealthOptions): Health {
  let isStopping = false

  async function readiness(): Promise<Response> {
    if (isStopping) return report(503, { status: 'stopping' })
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await passes(check, timeout)] as const),
    )
    const failed = results.filter(([, passed]) => !passed).map(([name]) => name)
    return failed.length === 0 ? report(200, { status: 'ready' }) : report(503, { status: 'not ready', failed })
  }

  return {
    async answer(path, method) {
      if (path !== '/healthz' && path !== '/readyz') return undefined
      if (method !== 'GET' && method !== 'HEAD') {
        const detail = 'Health is only read'
        onEvent?.(requestRefused({ method, path }, { status: 405, reason: 'method_not_allowed', detail }))
        return report(405, { status: 'wrong method' }, { allow: 'GET, HEAD' })
      }
      return path === '/healthz' ? report(200, { status: 'alive' }) : readiness()
    },
    stop() {
      isStopping = true
    },
  }
}

async function passes(check: () => Promise<unknown>, timeout: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, timeout, false)
  })
  try {
    return await Promise.race([check().then(() => true), late])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}

function report(status: number, body: object, headers: Record<string, string> = {}): Response {
  return Response.json(body, {
    status,
    headers: { 'cache-control': 'no-store', ...(status === 503 && { 'retry-after': '2' }), ...headers },
  })
}
