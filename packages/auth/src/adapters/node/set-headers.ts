import type { ServerResponse } from 'node:http'

/** Headers as `writeHead` takes them: an object, or a list of names and values in turn, or of pairs. */
export function setHeaders(res: ServerResponse, headers: unknown): void {
  if (typeof headers !== 'object' || headers === null) return
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value)
    return
  }
  const flat: unknown[] = headers.flat()
  const names = new Set<string>()
  for (let at = 0; at < flat.length; at += 2) {
    const name = String(flat[at])
    if (names.has(name.toLowerCase())) res.appendHeader(name, String(flat[at + 1]))
    else res.setHeader(name, String(flat[at + 1]))
    names.add(name.toLowerCase())
  }
}
