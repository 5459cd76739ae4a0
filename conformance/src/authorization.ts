import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../scripts/free-port.ts'
import { type Verdict, verdictOf } from './comparison.ts'
import { register } from './oauth-client.ts'
import type { Person } from './person.ts'
import { next, readResults, startSuite } from './suite.ts'

/** What a scenario for authorization servers said. */
export interface AuthorizationResult {
  scenario: string
  verdict: Verdict
  /** What the suite found wrong, or would wish for. */
  remarks: readonly string[]
}

/**
 * Runs the scenarios for authorization servers. The suite expects a registered client and somebody who opens the
 * authorization request that it prints: the client is registered by RFC 7591, and `person` signs in and consents.
 */
export async function runAuthorizationScenarios(
  issuer: string,
  { person, folder, resource }: { person: Person; folder: string; resource?: string },
): Promise<readonly AuthorizationResult[]> {
  const port = await freePort()
  const { client } = await register(issuer, `http://127.0.0.1:${port}/callback`)
  const results = await mkdtemp(join(folder, 'results-'))
  const named = resource === undefined ? [] : ['--resource', resource]
  const suite = startSuite(next, [
    ...['authorization', '--url', issuer, '--client-id', client.client_id, '--port', String(port)],
    ...[...named, '-o', results],
  ])
  try {
    const [request] = await suite.matches(/^https?:\S+\?\S*response_type=code\S*(?=\s)/m)
    await fetch(await person.visit(request))
  } catch (cause) {
    await suite.stop()
    throw cause
  }
  await suite.ended
  return [...(await readResults(results))].map(([scenario, checks]) => ({
    scenario,
    verdict: verdictOf(checks),
    remarks: checks.flatMap(({ errorMessage }) => errorMessage ?? []),
  }))
}
