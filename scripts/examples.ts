import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installTarballs } from './check-packages.ts'
import { listExamples } from './examples/description.ts'
import { type Part, runExample } from './examples/run-example.ts'
import { packAll } from './pack.ts'
import { root } from './tools.ts'
import { workFolder } from './workspace.ts'

/**
 * `npm run examples -- [NAME…] [--short]`: each example with an `example.json`, from a clean folder, with the packed packages. Its own tests, real clients
 * through to a tool call, the doctor, and its pages in a browser. `--short`: two clients, and no pages.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false } },
})
const all = listExamples()
const unknown = positionals.filter((name) => !all.some((example) => example.name === name))
if (unknown.length > 0)
  throw new TypeError(`There is no example ${unknown.join(', ')}; there are: ${all.map(({ name }) => name).join(', ')}`)
const wanted = all.filter(({ name }) => positionals.length === 0 || positionals.includes(name))

const installed = workFolder('examples-program')
installTarballs(installed, packAll())
const shots = join(root, '.work', 'examples', 'shots')
const lines: (Part & { example: string })[] = []
for (const example of wanted) {
  console.log(`\n=== ${example.name} (${example.folder})`)
  const parts = await runExample(example, { installed, isShort: values.short, shots })
  lines.push(...parts.map((part) => ({ example: example.name, ...part })))
}
console.log('')
for (const { example, name, state, seconds } of lines)
  console.log(`${state.padEnd(8)} ${`${seconds} s`.padStart(6)}  ${example}: ${name}`)
const count = (state: Part['state']) => lines.filter((line) => line.state === state).length
console.log(`\n${count('passed')} passed, ${count('FAILED')} failed, ${count('SKIPPED')} skipped`)
if (count('FAILED') > 0 || (count('SKIPPED') > 0 && process.env.CI === 'true')) process.exitCode = 1
