import { writeFileSync } from 'node:fs'
import { formatClientsPage } from './clients/page.ts'
import { readProfiles } from './clients/profile-files.ts'

writeFileSync(new URL('../docs/clients.md', import.meta.url), formatClientsPage(readProfiles()))
