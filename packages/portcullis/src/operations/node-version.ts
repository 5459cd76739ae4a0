import { OperatorError } from './operator-error.ts'

/** Throws `OperatorError` for a Node that lacks what the program needs (`engines` of its package.json). */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 19)) return
  throw new OperatorError(`Portcullis needs Node 22.19 or newer, and this is ${version}`, {
    nextStep: 'Install a newer one (https://nodejs.org/en/download), and see that "node" is it: node --version',
  })
}
