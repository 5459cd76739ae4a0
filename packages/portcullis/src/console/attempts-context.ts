import { type AttemptsContext, serverFactsOf } from '../administration/attempts.ts'
import type { ConsoleContext } from './context.ts'

/** What attempts are read with, of the server that this console is of. */
export function attemptsContext({
  administration: { store, configuration },
}: Pick<ConsoleContext, 'administration'>): AttemptsContext {
  return { store, server: serverFactsOf(configuration) }
}
