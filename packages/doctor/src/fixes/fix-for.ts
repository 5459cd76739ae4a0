import { originOf } from '@portcullis/auth/protocol'
import type { Evidence } from '../evidence/evidence.ts'
import type { Exchange } from '../evidence/exchange.ts'
import type { Finding } from '../findings/finding.ts'
import { identityProviderOf } from '../findings/identity-providers.ts'
import { resourceDocument } from '../probes/resource-documents.ts'
import { issuersOf, serverDocument } from '../probes/server-documents.ts'
import type { Change, Code, FixContext } from './change.ts'
import { changesFor, type Situation } from './changes-for.ts'
import { detectStack } from './detect-stack.ts'
import type { Fix } from './fix.ts'
import { documentsIn, fixContext, issuerToName } from './fix-context.ts'
import { homeOf, isElsewhere } from './home.ts'
import { placeholdersIn } from './placeholders.ts'
import { seenEndpoints } from './seen-endpoints.ts'
import { shellWord } from './shell-word.ts'
import type { DetectedStack } from './stack.ts'
import { stepsFor, type Whereabouts } from './steps/steps-for.ts'
import { switchesFor } from './steps/switches.ts'
import { whyOf } from './why.ts'
import { writers } from './writers.ts'

type FixFor = (finding: Finding) => Fix | undefined

/** Reads the evidence once, for the fixes of all causes. */
export function createFixes(stack: DetectedStack, evidence: Evidence, findings: readonly Finding[]): FixFor {
  const documents = documentsIn(believed(evidence))
  const context = fixContext(evidence.target, documents, seenEndpoints(evidence, findings))
  const codes = new Set(findings.map(({ code }) => code))
  const check = `portcullis doctor ${shellWord(evidence.target)}`
  return (finding) => {
    const switches = switchesFor(finding, { stack, evidence, context })
    if (switches !== undefined) return { check, ...switches }
    const issuer = issuerToName(finding, documents, evidence.target)
    const about = whereabouts(finding, evidence)
    const isOurs = !about.isElsewhere || issuer !== undefined
    const filling = {
      context,
      issuer,
      situation: { stack, codes, metadataUrl: context.metadataUrl, hasSignIn: hasSignIn(context) },
    }
    const told = isOurs
      ? (lines(finding, filling) ?? stepsFor(finding, about) ?? linesToTranslate(finding, filling))
      : (linesElsewhere(finding, about, { context, evidence, codes }) ?? stepsFor(finding, about))
    return told && { ...told, check }
  }
}

/** What the MCP server and its first sign-in server answered: whoever else is asked may call himself by their names. */
function believed(evidence: Evidence): readonly Exchange[] {
  const [issuer] = issuersOf(evidence).issuers
  const used = [resourceDocument(evidence), serverDocument(evidence, issuer)].map((found) => found?.exchange)
  const origins = [evidence.target, issuer].map(originOf)
  return evidence.exchanges.filter(
    (exchange) => used.includes(exchange) || origins.includes(originOf(exchange.request.url)),
  )
}

function whereabouts(finding: Finding, evidence: Evidence): Whereabouts & { readonly home: string } {
  const home = homeOf(finding, evidence)
  const issuer = issuersOf(evidence).issuers.find((each) => originOf(each) === originOf(home)) ?? home
  const document = serverDocument(evidence, issuer)?.document ?? {}
  return {
    home,
    target: evidence.target,
    host: new URL(home).host,
    isElsewhere: isElsewhere(home, evidence),
    provider: identityProviderOf(issuer, document)?.name,
  }
}

function hasSignIn({ authorizationEndpoint, tokenEndpoint, registrationEndpoint }: FixContext): boolean {
  return [authorizationEndpoint, tokenEndpoint, registrationEndpoint ?? ''].some(
    (url) => placeholdersIn(url).length === 0,
  )
}

interface Filling {
  readonly context: FixContext
  readonly issuer: string | undefined
  readonly situation: Situation
}

/** Lines for the stack that was detected; `undefined` where none mend it. */
function lines(finding: Finding, { context, issuer, situation }: Filling): Omit<Fix, 'check'> | undefined {
  const filled = issuer === undefined ? context : { ...context, issuer }
  const changes: readonly Change[] =
    issuer === undefined ? changesFor(finding, situation) : [{ kind: 'resource_metadata' }]
  for (const change of changes) {
    const code = write(change, situation.stack, filled)
    if (code === undefined) continue
    const { title, why } = whyOf(change, filled, finding.code)
    return { title, why: `${why}${warningOf(finding, issuer)}`, code }
  }
  return undefined
}

/** A document that names another host may be forged: whose issuer is written into the metadata signs everybody in. */
function warningOf({ args }: Finding, issuer: string | undefined): string {
  if (issuer === undefined || !('expected' in args)) return ''
  const { host } = new URL(issuer)
  return host === new URL(args.expected).host
    ? ''
    : ` It is another host than the one you name: write ${host} only if you know it for yours.`
}

/** For a framework that has no lines of its own for it. */
function linesToTranslate(finding: Finding, filling: Filling): Omit<Fix, 'check'> | undefined {
  return lines(finding, {
    ...filling,
    situation: { ...filling.situation, stack: { framework: undefined, proxy: undefined } },
  })
}

/** The same at a sign-in server that is somebody's own, by what its own answers show of its stack; a product has switches, and an unknown one steps. */
function linesElsewhere(
  finding: Finding,
  { home, host, provider }: Whereabouts & { readonly home: string },
  { context, evidence, codes }: { context: FixContext; evidence: Evidence; codes: Situation['codes'] },
): Omit<Fix, 'check'> | undefined {
  const stack = detectStack(evidence, home)
  if (provider !== undefined || stack.framework === undefined) return undefined
  const situation = { stack, codes, metadataUrl: context.metadataUrl, hasSignIn: hasSignIn(context) }
  const there = { ...context, origin: originOf(home) }
  const fix = lines(finding, { context: there, issuer: undefined, situation })
  if (fix?.code === undefined) return undefined
  return {
    ...fix,
    title: `at ${host}, not in the MCP server: ${fix.title}`,
    code: { ...fix.code, file: `at ${host}: ${fix.code.file}` },
  }
}

/** The proxy where it can mend it, then the framework, then plain Node, which every reader can translate. */
function write(change: Change, { proxy, framework }: DetectedStack, context: FixContext): Code | undefined {
  for (const name of [proxy?.name, framework?.name ?? 'node'] as const) {
    const code = name === undefined ? undefined : writers[name]?.(change, context)
    if (code !== undefined) return code
  }
  return undefined
}
