/** A mistake of the host's: rules for tools cannot be upheld where the bytes that they are about are gone. */
export class BodyReadError extends Error {
  override readonly name = 'BodyReadError'

  constructor() {
    super(
      'The body was read before protect(…) saw it: put that first, before express.json() and other parsers of bodies',
    )
  }
}
