import { type Program, sourceProgram } from '../../interop/src/program-under-test.ts'

/** What `run.ts` packed, or the source where a file is run by itself. */
export function programUnderTest(): Program {
  const packed = process.env.E2E_PROGRAM
  return packed === undefined ? sourceProgram() : { from: 'packed packages', command: [packed] }
}
