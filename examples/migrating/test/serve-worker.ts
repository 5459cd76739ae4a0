import { registerHooks } from 'node:module'
import { serve } from '@hono/node-server'
import { port, resource } from '../settings.ts'
import { fetchOfWorker } from './origin-server.ts'

/** Serves a worker of `workers-oauth-provider/` over `node:http`. What Workers have and Node has not is as little as the two need. */
const modules: Readonly<Record<string, string>> = {
  'cloudflare:workers': 'export class WorkerEntrypoint {}\nexport const env = process.env',
}
registerHooks({
  resolve: (specifier, context, next) =>
    specifier in modules ? { url: specifier, format: 'module', shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url in modules ? { format: 'module', source: modules[url] ?? '', shortCircuit: true } : next(url, context),
})

const kept = new Map<string, string>()
const bindings = {
  ...process.env,
  OAUTH_KV: {
    get: async (key: string, how?: string | { type?: string }) => {
      const value = kept.get(key)
      const type = typeof how === 'string' ? how : how?.type
      if (value === undefined) return null
      return type === 'json' ? JSON.parse(value) : value
    },
    put: async (key: string, value: string) => void kept.set(key, value),
    delete: async (key: string) => void kept.delete(key),
    list: async ({ prefix = '' }: { prefix?: string } = {}) => ({
      keys: [...kept.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name })),
      list_complete: true,
    }),
  },
}
const { ORIGIN_PORT } = process.env
if (ORIGIN_PORT !== undefined) globalThis.fetch = fetchOfWorker(new URL(resource).host, ORIGIN_PORT)
const { default: worker } = await import(`../${process.argv[2] ?? ''}`)
const context = { waitUntil: () => {}, passThroughOnException: () => {}, props: {} }

serve({ port, fetch: (request) => worker.fetch(request, bindings, context) })
