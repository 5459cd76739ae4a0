import { CouldNotTry } from './attack.ts'
import type { Browser, Landing } from './browser.ts'
import type { Client } from './client.ts'
import { authorizationUrl, type Changes } from './grant.ts'
import type { Stage } from './stage.ts'

/**
 * Where an authorization request leads somebody nobody knows and, where that is a page, somebody who is signed in and presses what lets on.
 * Throws `CouldNotTry` where the page may be the sign-in, and nobody can sign in: what comes after it was not seen.
 */
export async function everywhere(stage: Stage, client: Client, changes: Changes): Promise<readonly Landing[]> {
  const { url } = await authorizationUrl(stage, client, changes)
  const first = await stage.stranger().open(url)
  if (first.kind === 'left') return [first]
  const person = await personOrNobody(stage)
  if (person !== undefined) return [first, await person.walk(url)]
  if (first.answer.status < 400)
    throw new CouldNotTry('no means', 'the server has people sign in first, and nobody can: see --sign-in and --press')
  return [first]
}

async function personOrNobody(stage: Stage): Promise<Browser | undefined> {
  try {
    return await stage.person()
  } catch (error) {
    if (error instanceof CouldNotTry) return undefined
    throw error
  }
}
