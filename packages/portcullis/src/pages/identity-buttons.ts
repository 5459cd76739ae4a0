import { type Html, html } from '@portcullis/auth/authorization-server'
import type { PagesContext } from './context.ts'
import { hidden } from './fields.ts'

/** Where the buttons of identity providers are sent. */
export const beginPath = '/account/sign-in-with'

/** A button for each identity provider, in the order of the configuration; `undefined` where there is none. `fields`: what goes along. */
export function identityButtons(
  { identityProviders }: Pick<PagesContext, 'identityProviders'>,
  fields: Readonly<Record<string, string | undefined>>,
  { verb = 'Sign in', only }: { verb?: string; only?: readonly string[] } = {},
): Html | undefined {
  const list = [...(identityProviders?.trusted.values() ?? [])].filter(({ id }) => only?.includes(id) ?? true)
  if (list.length === 0) return undefined
  const hiddenFields = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [hidden(name, value)],
  )
  return html`<form method="post" action="${beginPath}">${hiddenFields}
${list.map(({ id, name }) => html`<div class="field"><button name="with" value="${id}">${verb} with <bdi>${name}</bdi></button></div>\n`)}</form>`
}
