import { checkPackages } from './check-packages.ts'
import { run } from './run.ts'
import { installTools, root, toolPath } from './tools.ts'

/** `npm run check`: everything that can be said of the code without running it, and of the packages as users get them. */
const steps: readonly (readonly [string, () => void | Promise<void>])[] = [
  ['format and lint (biome)', () => tool('biome', 'check', '.')],
  ['types (tsc)', () => tool('tsc', '--noEmit', '-p', 'tsconfig.json')],
  ['dead code and dependencies (knip)', () => tool('knip')],
  ['docs/options.md is what the docstrings say', () => node('scripts/generate-options-page.ts', '--check')],
  [
    'pages on frameworks, providers and moves show what is run',
    () => node('--conditions=source', 'scripts/generate-shown-pages.ts', '--check'),
  ],
  ['floors', () => node('--conditions=source', '--test', 'packages/auth/test/floors.test.ts')],
  ['packages as they are published', checkPackages],
]

installTools()
const failed: string[] = []
for (const [name, step] of steps) {
  const startedAt = performance.now()
  try {
    await step()
    console.log(`ok     ${name} (${seconds(startedAt)})`)
  } catch (error) {
    failed.push(name)
    console.log(`${error instanceof Error ? error.message : error}\nFAILED ${name} (${seconds(startedAt)})\n`)
  }
}
if (failed.length > 0) {
  console.error(`npm run check failed: ${failed.join('; ')}`)
  process.exitCode = 1
}

function tool(name: string, ...toolArguments: string[]): void {
  node(toolPath(name), ...toolArguments)
}

function node(...nodeArguments: string[]): void {
  run(process.execPath, nodeArguments, { cwd: root, quiet: true })
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}
