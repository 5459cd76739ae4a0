import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The `config` of proxy.ts as Next.js reads it: from its source, since outside of Next.js `@clerk/nextjs` cannot be loaded. */
const source = readFileSync(join(import.meta.dirname, '..', 'proxy.ts'), 'utf8')
const [, matcher = ''] = /matcher: \['([^']+)'\]/.exec(source) ?? []

export const config = { matcher: [matcher.replaceAll('\\\\', '\\')] }
