import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** A run of one client against a loopback server that behaves as the scene says. */
export interface Recording {
  /** `CLIENT-VERSION-SCENE`, the name of the file. */
  name: string
  client: string
  version: string
  scene: string
  /** The origin of the server. */
  base: string
  /** The switches of the recording server. */
  flags: readonly string[]
  /** ISO 8601. */
  started: string
  requests: readonly RecordedRequest[]
}

export interface RecordedRequest {
  method: string
  /** From the path on. */
  url: string
  headers: readonly (readonly [string, string])[]
  body?: string
  response: RecordedResponse
}

export interface RecordedResponse {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
}

/** Every recording of a folder, by name. */
export function readRecordings(folder: string): readonly Recording[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => parseRecording(basename(file, '.json'), readFileSync(join(folder, file), 'utf8')))
}

/** Negative where `a` is the older. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}

/** What of a recording is kept: one request a line, so that a change can be read. */
export function formatRecording({ base, flags, started, requests }: Recording): string {
  const head = JSON.stringify({ base, flags, started })
  return `${head.slice(0, -1)},"requests":[\n${requests.map((request) => JSON.stringify(request)).join(',\n')}\n]}\n`
}

/** Whatever else the recorder wrote is left out. */
function parseRecording(name: string, text: string): Recording {
  const [, client = '', version = '', scene = ''] = /^(.+?)-(\d+\.\d+\.\d+)-(.+)$/.exec(name) ?? []
  if (client === '') throw new TypeError(`${name}.json is not named CLIENT-VERSION-SCENE.json`)
  const { base, flags, started, requests } = JSON.parse(text) as Recording // the recorder's own format
  return { name, client, version, scene, base, flags, started, requests: requests.map(kept) }
}

function kept({ method, url, headers, body, response }: RecordedRequest): RecordedRequest {
  const { status, headers: answered, body: answer } = response
  const sent = body === undefined ? {} : { body }
  return { method, url, headers, ...sent, response: { status, headers: answered, body: answer } }
}
