import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { attacks, attacksFor } from './attacks.ts'
import { type Ours, startOurs } from './ours/start.ts'
import { play } from './play.ts'
import { createSecrets } from './secrets.ts'
import type { Run } from './stage.ts'
import { discover } from './target.ts'
import { createWire } from './wire.ts'

/** Each attack on ours, the program, the library, and the program with people, from the sources, as a test that `mutants/attack.ts` can name. `npm run attack` plays the same, and tells more. */
let started: Promise<Ours> | undefined
let runs: Promise<readonly Run[]> | undefined
const quiet = () => {}

after(async () => (await started)?.stop())

for (const attack of attacks)
  test(`${attack.id}: does not work on ours`, async () => {
    started ??= startOurs({ source: true, say: quiet })
    runs ??= started.then(runsOn)

    for (const run of await runs) {
      if (attacksFor([attack], run.means).length === 0) continue
      const [result] = await play([attack], run, { say: quiet, tell: quiet })
      const outcome = result?.outcome
      assert.notEqual(outcome?.verdict, 'vulnerable', outcome?.seen)
      if (outcome?.verdict === 'could not try') assert.equal(outcome.because, 'not offered', outcome.seen)
    }
  })

async function runsOn({ servers }: Ours): Promise<readonly Run[]> {
  return Promise.all(
    servers.map(async ({ issuer, resource, scope, means }) => {
      const wire = createWire({ from: undefined, say: quiet })
      const target = await discover(issuer, wire.send, { resource, scope }).finally(wire.close)
      const all = { ...means, mayFlood: true, patience: 6 }
      return { target, secrets: createSecrets(), means: all, signedIn: undefined }
    }),
  )
}
