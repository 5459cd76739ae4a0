import type { Problem } from './problems.ts'
import type { Settings } from './schema.ts'

/** Whoever signs in has a password, and a password is somebody's. */
export function mailProblems({ mail }: Settings): Problem[] {
  if (mail === undefined) return []
  const { user, secretFile, secretVariable } = mail
  const hasSecret = secretFile !== undefined || secretVariable !== undefined
  const problem = (field: string, message: string): Problem[] => [{ path: ['mail', field], message }]
  if (secretFile !== undefined && secretVariable !== undefined)
    return problem('secretVariable', 'must not stand beside secretFile: there is one password')
  if (user !== undefined && !hasSecret) return problem('user', 'needs secretFile or secretVariable with its password')
  if (user === undefined && hasSecret) return problem('user', 'must be set where there is a password')
  return []
}
