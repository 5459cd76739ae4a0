import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { cases } from './cases.ts'
import { frameworks } from './frameworks.ts'
import { startIssuer } from './issuer.ts'
import { linesOfPortcullis } from './lines.ts'
import { resource, scope } from './place.ts'
import { play } from './play.ts'
import { formatDifferences, formatTable, type Played } from './report.ts'
import { serverFile, startServer } from './server.ts'

const usage = `npm run adapters -- [--source] [--json] [--only NAME] [--case TEXT]

Asks the smallest server of each framework (examples/minimal) the same requests, and compares its answers to the byte.

  --source      with the sources of the library instead of the packed package
  --only NAME   the frameworks whose name contains NAME
  --case TEXT   the cases whose name or group contains TEXT
  --json        all that was found, for machines

Exits with 1 where an answer differs, or a server needs more than six lines of Portcullis.`

/** Exit code: 0 all equal, 1 something differs, 2 it could not begin. */
export async function main(args: readonly string[]): Promise<number> {
  const options = {
    source: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    case: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  } as const
  const { values } = parseArgs({ args: [...args], options })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const chosen = cases.filter(({ name, group }) => `${group} ${name}`.includes(values.case))
  const asked = frameworks.filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()))
  if (chosen.length === 0 || asked.length === 0) {
    console.error(`There is no such ${asked.length === 0 ? 'framework' : 'case'}\n\n${usage}`)
    return 2
  }
  const issuer = await startIssuer(resource, scope)
  const played: Played[] = []
  try {
    for (const framework of asked) {
      const startedAt = performance.now()
      const server = await startServer(framework, { issuer: issuer.url, isSource: values.source })
      try {
        const outcomes = await play(chosen, { port: server.port, issuer })
        played.push({
          name: framework.name,
          lines: linesOfPortcullis(readFileSync(serverFile(framework), 'utf8')).length,
          outcomes,
        })
      } finally {
        await server.stop()
      }
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      console.error(`${framework.name}: ${chosen.length} requests (${seconds} s)`)
    }
  } finally {
    await issuer.close()
  }
  console.log(
    values.json
      ? JSON.stringify(played.map(toJson), undefined, 2)
      : `${formatDifferences(played)}${formatTable(played)}`,
  )
  return played.every(isRight) ? 0 : 1
}

export const mostLines = 6

function isRight({ lines, outcomes }: Played): boolean {
  return lines <= mostLines && outcomes.every(({ difference }) => difference === undefined)
}

function toJson({ name, lines, outcomes }: Played) {
  return {
    framework: name,
    lines,
    cases: outcomes.map(({ case: { name, group }, difference }) => ({
      name,
      group,
      equal: difference === undefined,
      difference,
    })),
  }
}
