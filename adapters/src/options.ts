import { parseArgs } from 'node:util'
import type { Case } from './case.ts'
import { cases } from './cases.ts'
import { type Framework, frameworks } from './frameworks.ts'

export const usage = `npm run adapters -- [--only NAME] [--case TEXT] [--short] [--odd N] [--seed N] [--source] [--json] [--mutants]

Asks the smallest server of each framework (examples/minimal) the same requests, and compares its answers to the byte.

  --only NAME   the frameworks whose name contains NAME
  --case TEXT   the cases whose name or group contains TEXT
  --short       one case of five, by the commit, so that five commits try all
  --odd N       so many odd paths without a token (300; 100 in the short form)
  --seed N      by which they are made (the commit's, so that each tries others)
  --source      with the sources of the library instead of the packed package, where the framework can do with them
  --json        all that was found, for machines
  --mutants     takes away what single adapters must not forget, one at a time, and demands that an answer differs

Exits with 1 where an answer differs, or a server needs more than six lines of Portcullis.`

export interface Options {
  isSource: boolean
  isJson: boolean
  areMutants: boolean
  cases: readonly Case[]
  frameworks: readonly Framework[]
  oddPaths: number
  seed: number
}

/** `ofCommit`: a number by which the short form chooses, and which is the seed by default. Throws `TypeError` for what cannot be chosen. */
export function readOptions(args: readonly string[], ofCommit: number): Options {
  const flag = { type: 'boolean', default: false } as const
  const text = { type: 'string', default: '' } as const
  const { values } = parseArgs({
    args: [...args],
    options: { source: flag, json: flag, short: flag, mutants: flag, only: text, case: text, odd: text, seed: text },
  })
  const named = cases.filter(({ name, group }) => `${group} ${name}`.includes(values.case))
  const chosen = values.short ? named.filter((_, at) => at % 5 === ofCommit % 5) : named
  const asked = frameworks
    .filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()))
    .filter(({ isPackedOnly = false }) => !(isPackedOnly && values.source))
  if (asked.length === 0) throw new TypeError(`No framework is called "${values.only}"`)
  if (chosen.length === 0) throw new TypeError(`No case is called "${values.case}"`)
  return {
    isSource: values.source || values.mutants,
    isJson: values.json,
    areMutants: values.mutants,
    cases: chosen,
    frameworks: asked,
    oddPaths: values.odd === '' ? (values.short ? 100 : 300) : wholeNumber(values.odd),
    seed: values.seed === '' ? ofCommit : wholeNumber(values.seed),
  }
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) throw new TypeError(`"${text}" is no whole number`)
  return number
}
