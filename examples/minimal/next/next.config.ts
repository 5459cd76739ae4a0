import { join } from 'node:path'
import type { NextConfig } from 'next'

/** The examples share files that stand beside it. Some clients ask for metadata with a slash at its end, and follow no redirect. */
const config: NextConfig = {
  turbopack: { root: join(import.meta.dirname, '..', '..', '..') },
  skipTrailingSlashRedirect: true,
}
export default config
