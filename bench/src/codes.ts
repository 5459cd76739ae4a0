import { randomUUID } from 'node:crypto'
import { getCode, type OAuthClient } from './oauth-client.ts'
import { createPerson, type Person } from './person.ts'
import type { Server } from './program.ts'

/** So many codes that were not exchanged yet. */
export type Codes = (count: number) => Promise<readonly string[]>

/** By real requests and consent forms, of a new person each time they were many: of one person a client cannot have any number of grants. */
export function codesOf(client: OAuthClient): Codes {
  return async (count) => {
    const codes: string[] = []
    while (codes.length < count) codes.push(...(await codesOfSomebody(client, Math.min(40, count - codes.length))))
    return codes
  }
}

/** The first goes alone: with it the person signs in. */
async function codesOfSomebody(client: OAuthClient, count: number): Promise<readonly string[]> {
  const person = createPerson({ login: `person-${randomUUID()}`, password: 'any' })
  const codes = [await getCode(client, person)]
  while (codes.length < count) codes.push(...(await getCodes(client, person, Math.min(8, count - codes.length))))
  return codes
}

async function getCodes(client: OAuthClient, person: Person, count: number): Promise<readonly string[]> {
  return Promise.all(Array.from({ length: count }, () => getCode(client, person)))
}

/** The floor makes them from nothing. */
export function codesOfFloor({ port }: Pick<Server, 'port'>): Codes {
  return async (count) => {
    const response = await fetch(`http://127.0.0.1:${port}/prepare`, { method: 'POST', body: String(count) })
    return response.json()
  }
}
