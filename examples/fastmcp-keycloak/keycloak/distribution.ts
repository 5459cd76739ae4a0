import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** As on Maven Central: `org.keycloak:keycloak-quarkus-dist`, of type zip. */
const version = '26.7.3'
const sha256 = '27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f'

/** What must be known when Keycloak is built, so that it starts without building. */
const buildOptions = ['--db=dev-file']

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'portcullis')
const fetchedHome = join(cache, `keycloak-${version}`)

/** Why there can be no Keycloak on this machine; `undefined` when there can. */
export function whyNoKeycloak(): string | undefined {
  if (!has('java', '-version')) return 'there is no java: install a runtime of Java 17 or newer'
  if (findKeycloak() !== undefined) return undefined
  const missing = ['mvn', 'unzip'].find((name) => !has(name, '-v'))
  return missing === undefined
    ? undefined
    : `there is no ${missing}, with which Keycloak is fetched; KEYCLOAK_HOME names one that is here`
}

/** The folder of a Keycloak whose options of building are settled. Fetches it from Maven Central and builds it where that was never done: half a minute. */
export function prepareKeycloak(): string {
  const home = findKeycloak() ?? fetchKeycloak()
  const stamp = join(home, 'portcullis-build.txt')
  const options = buildOptions.join(' ')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === options) return home
  process.stderr.write('Building Keycloak\n')
  run('sh', [join(home, 'bin', 'kc.sh'), 'build', ...buildOptions])
  writeFileSync(stamp, options)
  return home
}

function findKeycloak(): string | undefined {
  const named = process.env.KEYCLOAK_HOME
  if (named === undefined) return existsSync(fetchedHome) ? fetchedHome : undefined
  if (!existsSync(join(named, 'bin', 'kc.sh')))
    throw new Error(`KEYCLOAK_HOME names no Keycloak: ${named}/bin/kc.sh is not there`)
  return named
}

function fetchKeycloak(): string {
  process.stderr.write(`Fetching Keycloak ${version} from Maven Central (170 MB)\n`)
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(`${fetchedHome}-`)
  try {
    const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:zip`
    run('mvn', ['-B', '-q', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`])
    const [zip = ''] = globSync(join(folder, '*.zip'))
    const found = createHash('sha256').update(readFileSync(zip)).digest('hex')
    if (found !== sha256) throw new Error(`What came as Keycloak ${version} has the SHA-256 ${found}, not ${sha256}`)
    run('unzip', ['-q', zip, '-d', folder])
    // At one go: a run that is interrupted, or another at the same time, leaves no half of it.
    if (!existsSync(fetchedHome)) renameSync(join(folder, `keycloak-${version}`), fetchedHome)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return fetchedHome
}

function has(program: string, flag: string): boolean {
  return spawnSync(program, [flag], { stdio: 'ignore' }).error === undefined
}

/** What it says is of interest where it fails alone. */
function run(program: string, words: readonly string[]): void {
  execFileSync(program, words, { stdio: ['ignore', 'pipe', 'inherit'] })
}
