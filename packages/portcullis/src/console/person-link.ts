import { type Html, html } from '@portcullis/auth/authorization-server'
import { mayEnter, rooms } from './rooms.ts'
import type { Viewer } from './viewer.ts'

/** The name of a person, and the way to their page for whom may see it. */
export function personLink(userName: string, { role }: Pick<Viewer, 'role'>): Html {
  if (!mayEnter(role, 'users')) return html`<bdi>${userName}</bdi>`
  return html`<a href="${rooms.users.path}?user=${encodeURIComponent(userName)}"><bdi>${userName}</bdi></a>`
}
