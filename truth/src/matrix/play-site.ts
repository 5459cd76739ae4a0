import { isDeepStrictEqual } from 'node:util'
import { asKept } from '../as-kept.ts'
import { askTheDoctor } from './ask-the-doctor.ts'
import type { Cell, Deed, Difference, DoctorsWord } from './cell.ts'
import type { OpenSite, Site } from './site.ts'
import { stepsSaid } from './steps-said.ts'

/** Who tries a site: a client, or as much of it as can be run here, which cannot tell of every site. */
export interface Player {
  readonly id: string
  run(target: string): Promise<Pick<Deed, 'outcome' | 'said' | 'steps'> | undefined>
}

/** Asks the doctor about a site, then lets the clients try it, all at once. */
export async function playSite(site: Site, players: readonly Player[]): Promise<readonly Cell[]> {
  const open = await site.open()
  try {
    const words = await askTheDoctor(await open.enter())
    const cells = players.map(async ({ id, run }): Promise<readonly Cell[]> => {
      const doctor = words.get(id)
      if (doctor === undefined) throw new TypeError(`The doctor has not heard of ${id}`)
      const did = await inTime(letTry(open, run), `${id} at ${site.name}`)
      if (did === undefined) return []
      return [{ client: id, site: site.name, stack: site.stack, doctor, did, differs: compare(doctor, did) }]
    })
    return (await Promise.all(cells)).flat()
  } finally {
    await open.close()
  }
}

/** A client whose answer broke off while nobody listened may wait for ever: the site is played again then, as one that did not start. */
async function inTime<Value>(trying: Promise<Value>, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} has not ended after ${patience} s`)), patience * 1000)
  })
  try {
    return await Promise.race([trying, late])
  } finally {
    clearTimeout(timer)
  }
}

const patience = 180 // seconds: longer than any client takes on a slow machine

async function letTry(open: OpenSite, run: Player['run']): Promise<Deed | undefined> {
  const visit = await open.enter()
  const did = await run(visit.target)
  if (did === undefined) return undefined
  const steps = did.outcome.kind === 'stops' ? (did.steps ?? stepsSaid(did.said, visit.wasAsked())) : undefined
  return asKept({ ...did, ...(steps !== undefined && { steps }) }, visit.origins)
}

function compare({ outcome, step, words }: DoctorsWord, did: Deed): readonly Difference[] {
  if (!isDeepStrictEqual(outcome, did.outcome)) return ['outcome']
  if (outcome.kind !== 'stops') return []
  const isElsewhere = did.steps !== undefined && step !== undefined && !did.steps.includes(step)
  const isOtherwise =
    words !== undefined && did.said?.some((each) => onOneLine(each).includes(onOneLine(words))) === false
  return [...(isElsewhere ? (['step'] as const) : []), ...(isOtherwise ? (['words'] as const) : [])]
}

/** Terminals break lines and drop the spaces at their ends. */
function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
