import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface WrkOptions {
  port: number
  path: string
  headers: Readonly<Record<string, string>>
  body: string
  connections: number
  seconds: number
  /** Where its script is written. */
  folder: string
}

export interface WrkOutcome {
  requests: number
  seconds: number
  /** Milliseconds. */
  p50: number
  p99: number
}

/** Whether wrk is there: the load generator that takes least of the two processors from what is measured. */
export function hasWrk(): boolean {
  return spawnSync('wrk', ['-v']).error === undefined
}

/** Sends one POST again and again. Rejects when any answer was no success. */
export async function wrk({
  port,
  path,
  headers,
  body,
  connections,
  seconds,
  folder,
}: WrkOptions): Promise<WrkOutcome> {
  const script = join(folder, 'wrk.lua')
  const assignments = Object.entries(headers).map(([name, value]) => `wrk.headers[${lua(name)}] = ${lua(value)}`)
  writeFileSync(script, `wrk.method = "POST"\nwrk.body = ${lua(body)}\n${assignments.join('\n')}\n${report}`)
  const { stdout } = await promisify(execFile)('wrk', [
    ...['--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`, '--script', script],
    `http://127.0.0.1:${port}${path}`,
  ])
  const outcome = JSON.parse(stdout.slice(stdout.lastIndexOf('{'))) as WrkOutcome & { failures: number } // the script above writes it
  if (outcome.failures > 0 || outcome.requests === 0) throw new Error(`wrk saw failures:\n${stdout}`)
  return outcome
}

const report = `
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('\\n{"requests":%d,"seconds":%f,"p50":%f,"p99":%f,"failures":%d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
`

function lua(text: string): string {
  return JSON.stringify(text) // the two languages quote visible ASCII alike
}
