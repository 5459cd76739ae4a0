import { type Html, html } from '@portcullis/auth/authorization-server'
import { ownersShutOut } from '../administration/owners.ts'
import type { ConsoleContext } from './context.ts'

/** Said loudly where no owner can sign in: whoever reads it may be unable to mend it here. */
export async function noOwnerNote({
  administration: { store, configuration },
}: Pick<ConsoleContext, 'administration'>): Promise<Html | undefined> {
  const names = await ownersShutOut({ store, passwords: configuration.passwords })
  if (names.length === 0) return undefined
  return html`<div class="note bad" role="alert"><p><b>No owner can sign in</b></p><p>Nothing lets ${names.map((name, nth) => html`${nth === 0 ? '' : ', '}<bdi>${name}</bdi>`)} in any more. Whoever may run commands on the machine makes another owner: <code>portcullis users role NAME owner</code>, or <code>portcullis users invite --role owner</code>.</p></div>`
}
