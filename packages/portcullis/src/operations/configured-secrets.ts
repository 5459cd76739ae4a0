import { readFileSync } from 'node:fs'
import { OperatorError } from './operator-error.ts'
import { leastSecretLength } from './secrets.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The secret of `whose`, where the configuration names a file or a variable for it; `undefined` where it names neither.
 * Throws `OperatorError` where it is not there, shorter than `least` characters (32), or more than one visible text.
 */
export function configuredSecret(
  whose: string,
  { secretFile, secretVariable }: { secretFile?: string | undefined; secretVariable?: string | undefined },
  environment: Environment,
  { least = leastSecretLength }: { least?: number } = {},
): string | undefined {
  if (secretFile === undefined && secretVariable === undefined) return undefined
  const from = secretFile ?? secretVariable ?? ''
  const text = secretFile === undefined ? environment[from] : readText(secretFile, `the secret of ${whose}`)
  const secret = text?.trim() ?? ''
  if (secret.length >= least && /^[\x21-\x7E]+$/.test(secret)) return secret
  throw new OperatorError(
    secret === ''
      ? `The secret of ${whose} is not in ${from}`
      : `The secret of ${whose} in ${from} must have ${least > 1 ? `at least ${least} ` : ''}visible characters without a space`,
    {
      nextStep:
        least === leastSecretLength
          ? 'Make one with: openssl rand -hex 32'
          : 'Put there what the other side gave, as it is.',
    },
  )
}

/** The public keys of `whose` in a file. Throws `OperatorError` where it has none. */
export function configuredKeys(whose: string, keysFile: string): { keys: Record<string, unknown>[] } {
  try {
    const { keys } = JSON.parse(readText(keysFile, `the keys of ${whose}`)) as { keys?: unknown } // the library looks at the rest
    if (Array.isArray(keys) && keys.length > 0 && keys.every(isPublicKey)) return { keys }
  } catch (error) {
    if (error instanceof OperatorError) throw error
  }
  throw new OperatorError(`The keys of ${whose} in ${keysFile} are no JSON Web Key Set of public keys`, {
    nextStep: 'It looks like {"keys":[{"kty":"EC",...}]} and has public keys alone.',
  })
}

/** RFC 7518 §6: whoever has `d` or `k` could sign in the other's name. */
function isPublicKey(key: unknown): boolean {
  return typeof key === 'object' && key !== null && 'kty' in key && key.kty !== 'oct' && !('d' in key) && !('k' in key)
}

/** The text of a file of the configuration. `what`: what is in it. Throws `OperatorError` where it cannot be read. */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new OperatorError(`The file ${file}, with ${what}, cannot be read`, {
      nextStep: 'See that the file exists and that this user may read it.',
      cause,
    })
  }
}
