/** What kind of refusal it is, for who is answered by a status. */
export type OperatorErrorKind = 'not_found' | 'invalid' | 'conflict' | 'forbidden' | 'unavailable'

/** A refusal that the person who runs the program is meant to read: what is wrong in one line, and what to do. Never a bug of ours. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
  readonly nextStep: string
  readonly kind: OperatorErrorKind

  /** `kind`: default `conflict`, something that is as it is. */
  constructor(
    message: string,
    { nextStep, kind = 'conflict', cause }: { nextStep: string; kind?: OperatorErrorKind; cause?: unknown },
  ) {
    super(message, { cause })
    this.nextStep = nextStep
    this.kind = kind
  }
}
