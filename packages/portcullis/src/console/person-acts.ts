import { type Html, html } from '@portcullis/auth/authorization-server'
import { mayActOn } from '../administration/rights.ts'
import type { UserSummary } from '../administration/users.ts'
import type { Configuration } from '../config/configuration.ts'
import { actLink } from './act-link.ts'
import type { Viewer } from './viewer.ts'

/** What the viewer may do with a person; people who may administrate are an owner's affair. */
export function personActs(
  { userName, role, state }: UserSummary,
  viewer: Pick<Viewer, 'role'>,
  { passwords }: Pick<Configuration, 'passwords'>,
): Html | undefined {
  if (!mayActOn(viewer.role, role)) return undefined
  const person = { user: userName }
  return html`<div class="row">${actLink(viewer, 'users.role', person, { label: 'Role' })}${
    passwords ? actLink(viewer, 'users.reset', person, { label: 'New password' }) : undefined
  }${
    state === 'disabled'
      ? actLink(viewer, 'users.enable', person, { label: 'Enable' })
      : actLink(viewer, 'users.disable', person, { label: 'Disable' })
  }</div>`
}
