import { writeFileSync } from 'node:fs'
import { formatReference } from '../packages/portcullis/src/config/reference.ts'

writeFileSync(new URL('../docs/configuration.md', import.meta.url), formatReference())
