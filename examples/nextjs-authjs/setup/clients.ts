import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'

/** Generates the clients of Prisma for both databases, where the models have changed since. */
export function generateClients(): void {
  for (const provider of ['sqlite', 'postgresql']) {
    const file = `generated/${provider}.prisma`
    const schema = [`prisma/${provider}.prisma`, 'prisma/models.prisma'].map(read).join('\n') + modelsOfStore(provider)
    if (existsSync(file) && existsSync(`generated/${provider}/client.ts`) && read(file) === schema) continue
    mkdirSync('generated', { recursive: true })
    writeFileSync(file, schema)
    // Prisma would fetch a program from its own host, for migrations alone; to generate, it needs none, and takes any file's name for one.
    const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath }
    const prisma = ['node_modules/prisma/build/index.js', 'generate', '--schema', file]
    const { status, stderr } = spawnSync(process.execPath, prisma, { env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`Prisma could not generate its client for ${provider}: ${stderr}`)
  }
}

/** The three models of the store, as its package has them. */
function modelsOfStore(provider: string): string {
  const schema = read(`node_modules/portcullis-example-prisma-store/prisma/${provider}/schema.prisma`)
  return `\n${schema.slice(schema.indexOf('// The store of Portcullis'))}`
}

function read(file: string): string {
  return readFileSync(file, 'utf8')
}
