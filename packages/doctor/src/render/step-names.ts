import type { Step } from '@portcullis/clients'

/** The steps of a connection, in their order, in words for people who do not know OAuth. */
export const steps: readonly { step: Step; column: string; name: string }[] = [
  { step: 'reach', column: 'reach', name: 'reaching the server' },
  { step: 'challenge', column: 'asked', name: 'being asked to sign in' },
  { step: 'protected_resource_metadata', column: 'where', name: 'finding out where to sign in' },
  { step: 'resource_comparison', column: 'match', name: 'making sure that this is the server that was meant' },
  { step: 'authorization_server_metadata', column: 'issuer', name: 'finding the sign-in server' },
  { step: 'registration', column: 'client', name: 'introducing itself to the sign-in server' },
  { step: 'authorization_request', column: 'browser', name: 'opening the browser to sign in' },
]

export function nameOfStep(step: Step): string {
  return steps.find((each) => each.step === step)?.name ?? step
}
