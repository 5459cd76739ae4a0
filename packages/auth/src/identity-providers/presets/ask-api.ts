import type { Upstream } from './preset.ts'

export interface ApiAnswer {
  status: number
  headers: Headers
  /** `undefined` where it is no JSON. */
  body: unknown
}

/** Asks a vendor's API as the person who signed in. Throws `SignInFailure` `unavailable` for outages. */
export async function askApi(
  { fetch, accessToken }: Upstream,
  url: string,
  { json, accept = 'application/json' }: { json?: unknown; accept?: string } = {},
): Promise<ApiAnswer> {
  const response = await fetch(url, {
    method: json === undefined ? 'GET' : 'POST',
    headers: {
      accept,
      authorization: `Bearer ${accessToken}`,
      'user-agent': 'portcullis', // GitHub answers nobody without one
      ...(json !== undefined && { 'content-type': 'application/json' }),
    },
    body: json === undefined ? undefined : JSON.stringify(json),
  })
  const body: unknown = await response.json().catch(() => undefined)
  return { status: response.status, headers: response.headers, body }
}

/** The objects of a list that an API answered. */
export function objectsOf(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  const list: readonly unknown[] = Array.isArray(body) ? body : []
  return list.flatMap((each) => (typeof each === 'object' && each !== null ? [{ ...each }] : []))
}
