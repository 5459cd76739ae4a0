/** A refusal that the person who runs the program is meant to read: what is wrong in one line, and what to do. Never a bug of ours. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
  readonly nextStep: string

  constructor(message: string, { nextStep, cause }: { nextStep: string; cause?: unknown }) {
    super(message, { cause })
    this.nextStep = nextStep
  }
}
