import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installDependencies } from './install.ts'
import { type Answer, judge } from './peers/judge.ts'
import { ask, tools } from './peers/tools.ts'
import { play } from './play.ts'
import { isQuick, scenes } from './scenes.ts'

/**
 * `npm run doctor:peers`: other diagnosis tools on the same servers. What counts as found, and what as a false alarm, is in peers/naming.ts. `-- TEXT`
 * plays those alone whose name contains it; `-- --short` those that start at once, and the healthy ones; `-- --again` judges what was said the last time.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { record: { type: 'boolean' }, short: { type: 'boolean' }, again: { type: 'boolean' } },
})
const [wanted = ''] = positionals
const here = tools.filter(({ command }) => command !== undefined)
const chosen = scenes.filter(
  (scene) => scene.name.includes(wanted) && (values.short !== true || isQuick(scene) || scene.server !== undefined),
)
const work = join(import.meta.dirname, '..', '.work')
const said = join(work, 'peers-said.json')
const answers: Answer[] = values.again === true ? JSON.parse(readFileSync(said, 'utf8')) : await askAll()
const { summary, details } = judge(answers)
console.log(summary)
if (values.record === true) {
  const date = new Date().toISOString().slice(0, 10)
  const results = join(import.meta.dirname, '..', 'results')
  mkdirSync(results, { recursive: true })
  writeFileSync(
    join(results, `peers-${date}.md`),
    `# Other tools on the same servers, ${date}\n\n${summary}\n\n${details}\n`,
  )
}

async function askAll(): Promise<Answer[]> {
  installDependencies()
  installDependencies('peers')
  const all: Answer[] = []
  for (const scene of chosen) {
    const server = await play({ ...scene, name: `peers-${scene.name}` })
    const byTool = await Promise.all(here.map((tool) => ask(tool, server.place.target)))
    await server.stop()
    all.push({ scene: scene.name, cause: scene.cause, byTool })
    console.log(scene.name)
  }
  mkdirSync(work, { recursive: true })
  writeFileSync(said, JSON.stringify(all, undefined, 1))
  return all
}
