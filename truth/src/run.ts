import { installLibraries } from './install.ts'

installLibraries()
await import('./observe.ts')
