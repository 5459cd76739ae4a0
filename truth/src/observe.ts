import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { isDocument, type Observation, type Observations } from '../../packages/doctor/test/observation.ts'
import type { Scene } from '../../packages/doctor/test/scene.ts'
import { scenes } from '../../packages/doctor/test/scenes.ts'
import { asKept } from './as-kept.ts'
import { play } from './play.ts'
import { programs } from './programs.ts'
import type { RealClient } from './real-client.ts'
import { sdkClients } from './sdk-clients.ts'

const { values } = parseArgs({
  options: { only: { type: 'string' }, scene: { type: 'string' }, check: { type: 'boolean', default: false } },
})
const chosen = values.only?.split(',')

for (const real of [...sdkClients, ...programs]) {
  if (chosen !== undefined && !chosen.includes(real.id)) continue
  if (real.client === undefined) console.error(`${real.id}: not installed`)
  else await observeAll(real, real.client)
}

async function observeAll(real: RealClient, client: string): Promise<void> {
  const file = join(import.meta.dirname, '../../packages/doctor/test/observed', `${real.id}.json`)
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Observations).observations : [] // as written below
  const observations: Observation[] = []
  for (const scene of scenes) {
    const before = kept.find((each) => each.scene === scene.title)
    const isChosen = values.scene === undefined || scene.title.includes(values.scene)
    const observation = isChosen || before === undefined ? await observe(real, scene) : before
    observations.push(observation)
    if (isDeepStrictEqual(observation, before)) continue
    console.log(`${real.id}, ${scene.title}: ${JSON.stringify(observation)}`)
    if (values.check) process.exitCode = 1
  }
  const observed = new Date().toISOString().slice(0, 10)
  if (!values.check) writeFileSync(file, written({ client, observed, observations }))
}

/** A line for each scene, so that a change is seen where it is. */
function written({ observations, ...head }: Observations): string {
  const lines = observations.map((each) => JSON.stringify(each)).join(',\n')
  return `${JSON.stringify(head).slice(0, -1)},"observations":[\n${lines}\n]}\n`
}

async function observe(real: RealClient, scene: Scene): Promise<Observation> {
  const running = await play(scene)
  try {
    const { outcome, said } = await real.run(running.target)
    const urls = running.asked
      .filter(({ method, url }) => isDocument(method, url, running.target))
      .map(({ url }) => url)
    const observation = { scene: scene.title, outcome, said, documents: [...new Set(urls)] }
    return asKept(observation, running.origins)
  } finally {
    running.close()
  }
}
