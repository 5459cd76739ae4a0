import { type Ask, codeOf, isRefusal, PostgresTimeoutError } from './pool.ts'

export interface Retries {
  /** For what only reads: asked again on another connection where one was lost. */
  whenLost: Ask
  /** For what writes: asked again where the database took it back whole for the sake of another (serialization, deadlock). */
  whenRefused: Ask
}

export function createRetries(ask: Ask): Retries {
  const again = async (mayTryAgain: (cause: unknown) => boolean, text: string, values: unknown[]) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await ask(text, values)
      } catch (cause) {
        if (tries === mostTries || !mayTryAgain(cause)) throw explained(cause)
      }
    }
  }
  return {
    whenLost: (text, values) => again((cause) => isTakenBack(cause) || isLost(cause), text, values),
    whenRefused: (text, values) => again(isTakenBack, text, values),
  }
}

const mostTries = 4

/** serialization_failure, deadlock_detected: nothing of the query was done. */
function isTakenBack(cause: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(cause) ?? '')
}

function isLost(cause: unknown): boolean {
  return !isRefusal(cause) && !(cause instanceof PostgresTimeoutError)
}

function explained(cause: unknown): unknown {
  // undefined_function, invalid_schema_name: another version of the schema has other functions.
  if (!['42883', '3F000'].includes(codeOf(cause) ?? '')) return cause
  return new Error(
    'The database was migrated by another version of Portcullis while this one was running. Restart this one with that version.',
    { cause },
  )
}
