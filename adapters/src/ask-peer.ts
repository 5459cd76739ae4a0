import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../scripts/free-port.ts'
import { startIssuer } from './issuer.ts'
import { linesAbout } from './lines.ts'
import { type Peer, peerCommand, peersFolder, versionOf } from './peers.ts'
import { scope } from './place.ts'
import { allProbes, keysDownProbe, type Probe, type Probed, probed } from './probes.ts'
import { startListening } from './server.ts'

/** What was found of another library. */
export interface AskedPeer {
  name: string
  lines: number
  probes: readonly Probed[]
}

/**
 * Asks it everything that any server can be asked, at an origin of its own that is what it sees of itself: some read it from the request. For each
 * probe it is started anew, as what one does to it is no matter of the next. One that cannot be asked is told as such.
 */
export async function askPeer(peer: Peer): Promise<AskedPeer> {
  const asked = allProbes.filter((probe) => !(peer.needsNoKeys && probe === keysDownProbe))
  const found: Probed[] = []
  for (const probe of asked) found.push(await askFresh(peer, probe))
  return { name: `${peer.name} ${versionOf(peer)}`, lines: countLines(peer), probes: found }
}

async function askFresh(peer: Peer, probe: Probe): Promise<Probed> {
  const port = await freePort()
  const resource = `http://localhost:${port}/mcp`
  const issuer = await startIssuer(resource, scope)
  try {
    const command = peerCommand(peer, port)
    const start = { name: peer.name, command, folder: peersFolder, port, resource, issuer: issuer.url }
    const server = await startListening(start)
    return await probed(probe, { port, resource, scope, issuer }).finally(server.stop)
  } catch (cause) {
    return { probe: probe.name, problem: cause instanceof Error ? cause.message : String(cause) }
  } finally {
    await issuer.close()
  }
}

/** As those of Portcullis are counted, with those of what it leaves to others. */
function countLines({ file, modules, except = [], verifiesNothing = false }: Peer): number {
  const linesIn = (file: string, from: readonly string[]) =>
    linesAbout(readFileSync(join(peersFolder, file), 'utf8'), (module) => from.includes(module), except).length
  return linesIn(file, modules) + (verifiesNothing ? linesIn('verify-jwt.ts', ['jose']) : 0)
}
