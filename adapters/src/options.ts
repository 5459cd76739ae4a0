import { parseArgs } from 'node:util'
import type { Case } from './case.ts'
import { cases } from './cases.ts'
import { type Framework, frameworks } from './frameworks.ts'
import { type Peer, peers } from './peers.ts'

export const usage = `npm run adapters -- [--only NAME] [--case TEXT] [--short] [--odd N] [--seed N] [--source] [--json] [--mutants] [--peers] [--init]

Asks the smallest server of each framework (examples/minimal) the same requests, and compares its answers to the byte. Where nothing is left
out, other libraries are installed and asked the probes as well (adapters/peers).

  --only NAME   the frameworks whose name contains NAME
  --case TEXT   the cases whose name or group contains TEXT
  --short       one case of five, by the commit, so that five commits try all
  --odd N       so many odd paths without a token (300; 100 in the short form)
  --seed N      by which they are made (the commit's, so that each tries others)
  --source      with the sources of the library instead of the packed package, where the framework can do with them
  --json        all that was found, for machines
  --peers       the probes alone, of the frameworks and of other libraries; NAME may be one of these
  --mutants     takes away what single adapters must not forget, one at a time, and demands that an answer differs
  --init        takes Portcullis out of each server, has portcullis init put it in again, and asks what rules of tools have no part in

Exits with 1 where an answer of ours differs, or a server needs more than six lines of Portcullis. What others answer is only told.`

export interface Options {
  isSource: boolean
  isJson: boolean
  areMutants: boolean
  areInitiated: boolean
  cases: readonly Case[]
  frameworks: readonly Framework[]
  /** Other libraries. */
  peers: readonly Peer[]
  oddPaths: number
  seed: number
}

/** `ofCommit`: a number by which the short form chooses, and which is the seed by default. Throws `TypeError` for what cannot be chosen. */
export function readOptions(args: readonly string[], ofCommit: number): Options {
  const flag = { type: 'boolean', default: false } as const
  const text = { type: 'string', default: '' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ source: flag, json: flag, short: flag, mutants: flag, peers: flag, init: flag },
      ...{ only: text, case: text, odd: text, seed: text },
    },
  })
  const named = cases.filter(({ name, group }) => `${group} ${name}`.includes(values.case))
  const chosen = values.short ? named.filter((_, at) => at % 5 === ofCommit % 5) : named
  const isNamed = ({ name }: { name: string }) => name.toLowerCase().includes(values.only.toLowerCase())
  const asked = frameworks.filter(isNamed).filter(({ isPackedOnly = false }) => !(isPackedOnly && values.source))
  const isWhole = !values.short && !values.source && values.only === '' && values.case === ''
  const others = values.peers || isWhole ? peers.filter(isNamed) : []
  if (asked.length + others.length === 0) throw new TypeError(`No framework is called "${values.only}"`)
  if (chosen.length === 0) throw new TypeError(`No case is called "${values.case}"`)
  return {
    isSource: values.source || values.mutants,
    isJson: values.json,
    areMutants: values.mutants,
    areInitiated: values.init,
    cases: values.peers ? [] : chosen,
    frameworks: asked,
    peers: others,
    oddPaths: values.odd === '' ? (values.peers ? 0 : values.short ? 100 : 300) : wholeNumber(values.odd),
    seed: values.seed === '' ? ofCommit : wholeNumber(values.seed),
  }
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) throw new TypeError(`"${text}" is no whole number`)
  return number
}
