import { type Program, sourceProgram } from '../../interop/src/program-under-test.ts'

/** Where a run tells its test files which `portcullis` they start. */
const variable = 'PORTCULLIS_TEST_PROGRAM'

/** The environment of test files that start this program. */
export function sharingProgram(program: Program): Record<string, string> {
  return { [variable]: JSON.stringify(program) }
}

/** The program of the run; where a file is run by itself, the one in the repository. */
export function sharedProgram(): Program {
  const told = process.env[variable]
  return told === undefined ? sourceProgram() : JSON.parse(told) // as `sharingProgram` wrote it
}
