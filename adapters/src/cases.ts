import type { Case } from './case.ts'
import { bodyCases } from './cases/bodies.ts'
import { credentialCases, formCase } from './cases/credentials.ts'
import { hostCases } from './cases/hosts.ts'
import { keyCases } from './cases/keys.ts'
import { metadataCases } from './cases/metadata.ts'
import { originCases } from './cases/origins.ts'
import { otherCases } from './cases/others.ts'
import { absoluteCases, pathCases } from './cases/paths.ts'
import { ruleCases } from './cases/rules.ts'

/** All of them, in the order in which they are tried: first what wants a server that has no keys yet. */
export const cases: readonly Case[] = [
  ...keyCases,
  ...credentialCases,
  formCase,
  ...pathCases,
  ...absoluteCases,
  ...hostCases,
  ...originCases,
  ...metadataCases,
  ...bodyCases,
  ...ruleCases,
  ...otherCases,
]
