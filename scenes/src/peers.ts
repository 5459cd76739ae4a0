import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installDependencies } from './install.ts'
import { blindScenes } from './peers/blind/scenes.ts'
import { type Answer, judge } from './peers/judge.ts'
import { pageOf } from './peers/page.ts'
import { ask, type Told } from './peers/tool.ts'
import { tools } from './peers/tools.ts'
import { listenTo } from './peers/wire.ts'
import { play } from './play.ts'
import type { Scene } from './scene.ts'
import { isQuick, scenes } from './scenes.ts'

/**
 * `npm run doctor:peers`: our doctor and other diagnosis tools on the same servers. What counts as found is in peers/naming.ts, what as a false
 * alarm in peers/alarms.ts. `-- TEXT` plays those alone whose name contains it; `-- --short` those that start at once, and the healthy ones;
 * `-- --again` judges what was said the last time; `-- --only TOOL` asks that tool alone, and keeps what the others said; `-- --record` writes results/.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    record: { type: 'boolean' },
    short: { type: 'boolean' },
    again: { type: 'boolean' },
    only: { type: 'string' },
  },
})
const [wanted = ''] = positionals
const here = tools.filter(({ command, name }) => command !== undefined && name.includes(values.only ?? ''))
for (const { name } of tools.filter((tool) => tool.command === undefined))
  console.log(`${name} is not installed, scenes/README.md says how`)
const every: readonly Scene[] = [...scenes, ...blindScenes.map(({ scene }) => scene)]
const chosen = every.filter(
  (scene) => scene.name.includes(wanted) && (values.short !== true || isQuick(scene) || scene.server !== undefined),
)
const work = join(import.meta.dirname, '..', '.work')
const kept = join(work, 'peers-said.json')
const results = join(import.meta.dirname, '..', 'results')
const answers: readonly Answer[] = values.again === true ? keptAnswers() : await askAll()
const judged = judge(answers)
const page = pageOf(judged)
console.log(page.summary)
if (values.record === true) {
  const date = new Date().toISOString().slice(0, 10)
  mkdirSync(results, { recursive: true })
  writeFileSync(join(results, `peers-${date}.md`), page.whole(date))
  writeFileSync(join(results, `peers-${date}.json`), linesOf(judged))
}

async function askAll(): Promise<readonly Answer[]> {
  installDependencies()
  installDependencies('peers')
  const all = new Map<Scene, Answer>()
  const waiting = [...chosen]
  const lane = async () => {
    for (let scene = waiting.shift(); scene !== undefined; scene = waiting.shift()) {
      all.set(scene, await askAbout(scene))
      console.log(scene.name)
    }
  }
  await Promise.all([lane(), lane()])
  const answered = chosen.flatMap((scene) => all.get(scene) ?? [])
  const isWhole = wanted === '' && values.short !== true && values.only === undefined
  const answers = isWhole ? answered : withKept(answered)
  mkdirSync(work, { recursive: true })
  writeFileSync(kept, JSON.stringify(answers, undefined, 1))
  return answers
}

/** In the place of what the same tools said of the same scenes the last time. */
function withKept(answered: readonly Answer[]): readonly Answer[] {
  const before = keptAnswers()
  return every.flatMap(({ name }) => {
    const old = before.find(({ scene }) => scene === name)
    const fresh = answered.find(({ scene }) => scene === name)
    if (old === undefined || fresh === undefined) return fresh ?? old ?? []
    const said = (tool: string) =>
      [fresh, old].flatMap(({ byTool }) => byTool.find((told) => told.tool === tool) ?? [])[0]
    return { ...fresh, byTool: tools.flatMap((tool) => said(tool.name) ?? []) }
  })
}

/** One tool after the other, so that its requests can be told from another's. */
async function askAbout(scene: Scene): Promise<Answer> {
  const server = await play({ ...scene, name: `peers-${scene.name}` })
  const { target, port } = server.place
  const wire = await listenTo([port, port + 1])
  const byTool: Told[] = []
  try {
    await fetch(target).then((response) => response.body?.cancel()) // who compiles first is not held against whom it meets first
    for (const tool of here) byTool.push(await ask(tool, target, wire.count))
  } finally {
    wire.stop()
    await server.stop()
  }
  const { name, wrong, cause } = scene
  return { scene: name, wrong, ...(cause !== undefined && { cause }), byTool }
}

/** Of this machine, or of the newest result. */
function keptAnswers(): readonly Answer[] {
  const [newest] = globSync('peers-*.json', { cwd: results }).sort().reverse()
  const file = existsSync(kept) ? kept : newest && join(results, newest)
  return file === undefined ? [] : JSON.parse(readFileSync(file, 'utf8'))
}

/** A line for each scene, so that a change is seen where it is. */
function linesOf(judged: ReturnType<typeof judge>): string {
  return `[\n${judged.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`
}
