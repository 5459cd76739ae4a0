/** A command that has said what there is to say, and ends with an exit code of its own. */
export class EndedCommand extends Error {
  override readonly name = 'EndedCommand'
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`ended with ${exitCode}`)
    this.exitCode = exitCode
  }
}
