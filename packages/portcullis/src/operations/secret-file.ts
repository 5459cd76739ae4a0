import { readFileSync } from 'node:fs'
import { OperatorError } from './operator-error.ts'

/** The text of a file that `variable` names. Its mode is not looked at: systems that give secrets as files let a group read them. */
export function readSecretFile(file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new OperatorError(`${variable} names ${file}, which cannot be read`, {
      nextStep: 'See that the file exists and that this user may read it.',
      cause,
    })
  }
}
