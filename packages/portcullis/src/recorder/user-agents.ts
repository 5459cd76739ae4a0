import { type ClientProfile, profiles } from '@portcullis/clients'

/** The product that a `User-Agent` names first, in lower case: `claude-code` of `claude-code/2.1 (cli)`. Browsers are one family. */
export function familyOf(agent: string | undefined): string {
  const product = (agent ?? '').split('/', 1)[0]?.trim().toLowerCase() ?? ''
  return product === 'mozilla' ? 'browser' : product
}

/** Libraries that anything may be made with: they tell no client from another. */
const runtimes = new Set([
  '',
  'aiohttp',
  'axios',
  'bun',
  'curl',
  'deno',
  'go-http-client',
  'java-http-client',
  'node',
  'node-fetch',
  'okhttp',
  'python-httpx',
  'python-requests',
  'reqwest',
  'undici',
])

export function isRuntime(family: string): boolean {
  return runtimes.has(family)
}

/** The families under which a client is known to speak, on whatever leg. */
export function familiesOf({ network }: ClientProfile): readonly string[] {
  const { mcp, discovery, registration } = network?.userAgent ?? {}
  return [
    ...new Set([mcp, discovery, registration].flatMap((fact) => (fact === undefined ? [] : [familyOf(fact.value)]))),
  ]
}

/** Whether one client may speak under both: the same product, products of one client, or a library that any may be made with. */
export function mayBeOne(one: string, other: string): boolean {
  if (one === other || isRuntime(one) || isRuntime(other)) return true
  return profiles.some((profile) => {
    const families = familiesOf(profile)
    return families.includes(one) && families.includes(other)
  })
}
