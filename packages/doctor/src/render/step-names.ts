import type { Step } from '@portcullis/clients'

/** The steps of a connection, in their order, in words for people who do not know OAuth. */
export const steps: readonly {
  readonly step: Step
  /** The head of its column where there is room for two lines, and where there is not. */
  readonly column: readonly [upper: string, lower: string]
  readonly short: string
  readonly name: string
}[] = [
  { step: 'reach', column: ['reaches', 'server'], short: 'reach', name: 'reaching the server' },
  { step: 'challenge', column: ['asked to', 'sign in'], short: 'asked', name: 'being asked to sign in' },
  {
    step: 'protected_resource_metadata',
    column: ['learns', 'where'],
    short: 'where',
    name: 'finding out where to sign in',
  },
  {
    step: 'resource_comparison',
    column: ['same', 'address'],
    short: 'same',
    name: 'making sure that this is the server that was meant',
  },
  {
    step: 'authorization_server_metadata',
    column: ['finds', 'sign-in'],
    short: 'finds',
    name: 'finding the sign-in server',
  },
  {
    step: 'registration',
    column: ['says who', 'it is'],
    short: 'who',
    name: 'introducing itself to the sign-in server',
  },
  {
    step: 'authorization_request',
    column: ['opens', 'browser'],
    short: 'opens',
    name: 'opening the browser to sign in',
  },
]

export function nameOfStep(step: Step): string {
  return steps[orderOf(step)]?.name ?? step
}

export function orderOf(step: Step): number {
  return steps.findIndex((each) => each.step === step)
}
