import type { ClientKind } from './clients/client.ts'
import type { Gateway, LogLine } from './gateway.ts'
import type { StepName } from './step-names.ts'

/** Waits until Portcullis has logged what a step must leave, from the line numbered `from` on. Rejects when it has not: a client's word alone proves little. */
export async function requireEvidence(
  step: StepName,
  { grantType }: Pick<ClientKind, 'grantType'>,
  { gateway, from }: { gateway: Gateway; from: number },
): Promise<void> {
  for (const meant of (grantType === undefined ? withPerson : withNobody(grantType))[step])
    await gateway
      .logged((line) => matches(line, meant), from)
      .catch((cause: unknown) => {
        throw new Error(`Portcullis did not log ${JSON.stringify(meant)}`, { cause })
      })
}

const withPerson: Record<StepName, readonly LogLine[]> = {
  connect: [{ event: 'challenged' }],
  deny: [{ event: 'consent_denied' }],
  'sign in': [{ event: 'consented' }, { event: 'token_issued', grantType: 'authorization_code' }],
  whoami: [{ event: 'call_allowed' }],
  add_note: [{ event: 'call_allowed' }],
  'whoami, expired': [{ event: 'token_issued', grantType: 'refresh_token' }, { event: 'call_allowed' }],
  delete_note: [{ event: 'scope_insufficient' }],
  elsewhere: [{ event: 'token_rejected', reason: 'wrong_audience' }],
}

function withNobody(grantType: string): Record<StepName, readonly LogLine[]> {
  const issued = { event: 'token_issued', grantType }
  return {
    ...withPerson,
    connect: [{ event: 'challenged' }, issued],
    'whoami, expired': [issued, { event: 'call_allowed' }],
  }
}

function matches(line: LogLine, meant: LogLine): boolean {
  return Object.entries(meant).every(([field, value]) => line[field] === value)
}
