import { type Html, html } from '@portcullis/auth/authorization-server'
import { hasRight } from '../administration/rights.ts'
import { acts } from './acts.ts'
import type { Viewer } from './viewer.ts'

export const actPath = '/console/act'

/** The way to the page of an act, where the viewer's role is for it. `given`: what it acts on. */
export function actLink(
  viewer: Pick<Viewer, 'role'>,
  name: string,
  given: Readonly<Record<string, string>> = {},
  { label, isMain = false }: { label?: string; isMain?: boolean } = {},
): Html | undefined {
  const act = acts.get(name)
  if (act === undefined) throw new TypeError(`unreachable: there is no act "${name}"`)
  if (!hasRight(viewer.role, act.operation.right)) return undefined
  const style = act.isDanger ? 'button danger' : isMain ? 'button' : 'button plain'
  return html`<a class="${style}" href="${actAddress(name, given)}">${label ?? act.label}</a>`
}

/** The address of the page of an act, with what it acts on. */
export function actAddress(name: string, given: Readonly<Record<string, string>>): string {
  return `${actPath}/${name}?${new URLSearchParams(given)}`.replace(/\?$/, '')
}
