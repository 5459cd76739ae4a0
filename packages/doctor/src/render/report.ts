import type { Step } from '@portcullis/clients'
import type { Cause } from '../causes/causes.ts'
import type { Diagnosis } from '../diagnosis.ts'
import type { Exchange } from '../evidence/exchange.ts'
import { exitCodeOf } from '../exit-code.ts'
import type { Finding, FindingCode, Severity } from '../findings/finding.ts'
import { textOf } from '../findings/finding-texts.ts'
import { type Requirement, requirementOf } from '../findings/requirements.ts'
import { severityOf } from '../findings/severity.ts'
import type { Fix } from '../fixes/fix.ts'
import type { DetectedStack } from '../fixes/stack.ts'
import type { ClientVerdict } from '../simulation/verdict.ts'
import type { AuthorizationRequest, Caveat, StopReason, WalkEnd, WalkStep } from '../simulation/walk.ts'
import { caveatText } from './caveat-lines.ts'
import { seenIn } from './seen.ts'

/** A diagnosis for machines: `report.schema.json` says what stands in it. Fields are added within a version, never renamed or removed. */
export interface Report {
  readonly version: 1
  readonly target: string
  readonly at: string
  readonly level: Diagnosis['level']
  readonly requests: number
  readonly notAsked: number
  readonly milliseconds: number
  /** What the program ends with. */
  readonly exitCode: 0 | 1 | 3
  /** Clients by verdict, all four of them. */
  readonly counts: { readonly [verdict in ClientVerdict['kind']]: number }
  readonly stack: { readonly framework?: DetectedStack['framework']; readonly proxy?: DetectedStack['proxy'] }
  readonly clients: readonly ReportedClient[]
  readonly causes: readonly ReportedCause[]
  readonly hidden: readonly ReportedCause[]
  readonly findings: readonly ReportedFinding[]
  readonly exchanges: readonly Exchange[]
}

interface ReportedClient {
  readonly id: string
  readonly name: string
  readonly egress?: readonly string[]
  readonly verdict: ClientVerdict['kind']
  readonly basis: ClientVerdict['basis']
  /** Where its walk ends: who connects either signs in or need not. */
  readonly end: WalkEnd['kind']
  readonly step?: Step
  readonly because?: StopReason
  readonly words?: string
  readonly why?: string
  readonly unknown?: 'client' | 'server'
  readonly caveats: readonly (Caveat & { readonly text: string })[]
  readonly steps: readonly WalkStep[]
  readonly request?: AuthorizationRequest
}

interface ReportedFinding {
  readonly code: FindingCode
  readonly severity: Severity
  readonly args: Finding['args']
  readonly text: string
  readonly exact: string
  readonly requirement: Requirement
  readonly evidence: readonly number[]
  readonly seen: readonly string[]
}

interface ReportedCause extends ReportedFinding {
  readonly stops: readonly string[]
  readonly symptoms: readonly FindingCode[]
  readonly fix?: Fix
}

export function reportOf(diagnosis: Diagnosis): Report {
  const { target, at, level, requests, notAsked, milliseconds, stack, clients, causes, hidden, findings, exchanges } =
    diagnosis
  const reported = (finding: Finding) => reportedFinding(finding, exchanges)
  return {
    version: 1,
    target,
    at,
    level,
    requests,
    notAsked,
    milliseconds,
    exitCode: exitCodeOf(diagnosis),
    counts: countsOf(clients),
    stack: {
      ...(stack.framework !== undefined && { framework: stack.framework }),
      ...(stack.proxy !== undefined && { proxy: stack.proxy }),
    },
    clients: clients.map(reportedClient),
    causes: causes.map((cause) => reportedCause(cause, exchanges)),
    hidden: hidden.map((cause) => reportedCause(cause, exchanges)),
    findings: findings.map(reported),
    exchanges,
  }
}

function countsOf(clients: readonly ClientVerdict[]): Report['counts'] {
  const count = (wanted: ClientVerdict['kind']) => clients.filter(({ kind }) => kind === wanted).length
  return {
    connects: count('connects'),
    connects_with_caveat: count('connects_with_caveat'),
    stops: count('stops'),
    cannot_tell: count('cannot_tell'),
  }
}

function reportedClient({ client, kind, basis, step, words, why, caveats, walk }: ClientVerdict): ReportedClient {
  return {
    ...client,
    verdict: kind,
    basis,
    end: walk.end.kind,
    ...(step !== undefined && { step }),
    ...(walk.end.kind === 'stops' && { because: walk.end.because }),
    ...(words !== undefined && { words }),
    ...(why !== undefined && { why }),
    ...(walk.end.kind === 'cannot_tell' && { unknown: walk.end.unknown }),
    caveats: caveats.map((caveat) => ({ ...caveat, text: caveatText(caveat) })),
    steps: walk.steps,
    ...(walk.end.kind === 'asks_for_authorization' && { request: walk.end.request }),
  }
}

function reportedCause({ finding, stops, symptoms, fix }: Cause, exchanges: readonly Exchange[]): ReportedCause {
  return {
    ...reportedFinding(finding, exchanges),
    stops,
    symptoms: symptoms.map(({ code }) => code),
    ...(fix !== undefined && { fix }),
  }
}

function reportedFinding(finding: Finding, exchanges: readonly Exchange[]): ReportedFinding {
  const { plain, exact } = textOf(finding)
  return {
    code: finding.code,
    severity: severityOf(finding),
    args: finding.args,
    text: plain,
    exact,
    requirement: requirementOf(finding.code),
    evidence: finding.evidence,
    seen: seenIn(finding, exchanges, { most: 3 }),
  }
}
