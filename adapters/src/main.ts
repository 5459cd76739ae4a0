import { type Asked, askFramework, isRight } from './ask-framework.ts'
import { type AskedPeer, askPeer } from './ask-peer.ts'
import { formatInitiated, initiate } from './init-suite.ts'
import { startIssuer } from './issuer.ts'
import { killMutants } from './mutants.ts'
import { type Options, readOptions, usage } from './options.ts'
import { installPeers, type Peer } from './peers.ts'
import { resource, scope } from './place.ts'
import { formatReport, toJson } from './report.ts'

/** `ofCommit`: a number by which the short form and odd paths are chosen. Exit code: 0 all as expected, 1 something differs, 2 it could not begin. */
export async function main(args: readonly string[], ofCommit: number): Promise<number> {
  let options: Options
  try {
    options = readOptions(args, ofCommit)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    return 2
  }
  const issuer = await startIssuer(resource, scope)
  try {
    if (options.areMutants) return await killMutants(issuer)
    if (options.areInitiated) {
      const found = await initiate(options.frameworks, { ...options, issuer })
      console.log(options.isJson ? JSON.stringify(found, undefined, 2) : formatInitiated(found))
      return found.every(({ problems }) => problems.length === 0) ? 0 : 1
    }
    const asked: Asked[] = []
    for (const framework of options.frameworks) {
      const since = performance.now()
      asked.push(await askFramework(framework, { ...options, issuer }))
      const seconds = ((performance.now() - since) / 1000).toFixed(1)
      console.error(`${framework.name}: ${options.cases.length} cases and the probes (${seconds} s)`)
    }
    const peers = await askAll(options.peers)
    console.log(options.isJson ? JSON.stringify(toJson(asked, peers), undefined, 2) : formatReport(asked, peers))
    return asked.every(isRight) ? 0 : 1
  } finally {
    await issuer.close()
  }
}

async function askAll(peers: readonly Peer[]): Promise<readonly AskedPeer[]> {
  if (peers.length > 0) installPeers()
  const asked: AskedPeer[] = []
  for (const peer of peers) {
    asked.push(await askPeer(peer))
    console.error(`${peer.name}: the probes`)
  }
  return asked
}
