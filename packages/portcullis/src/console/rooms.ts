import { hasRight, type Right } from '../administration/rights.ts'
import type { Role } from '../store/role.ts'

/** The rooms of the console, in the order in which an operator looks for them, and the right that opens each. */
export const rooms = {
  overview: { path: '/console', label: 'Overview', right: 'read_attempts' },
  attempts: { path: '/console/attempts', label: 'Connections', right: 'read_attempts' },
  users: { path: '/console/users', label: 'People', right: 'read_users' },
  clients: { path: '/console/clients', label: 'Clients', right: 'read_clients' },
  grants: { path: '/console/grants', label: 'Grants', right: 'read_grants' },
  keys: { path: '/console/keys', label: 'Keys', right: 'read_keys' },
  tokens: { path: '/console/tokens', label: 'Tokens', right: 'read_tokens' },
  rules: { path: '/console/rules', label: 'Rules', right: 'read_settings' },
  settings: { path: '/console/settings', label: 'Settings', right: 'read_settings' },
  audit: { path: '/console/audit', label: 'Audit log', right: 'read_audit' },
} as const satisfies Readonly<Record<string, { path: string; label: string; right: Right }>>

export type Room = keyof typeof rooms

export const roomNames = Object.keys(rooms) as Room[] // of an object that has these alone

/** Whether a role may enter. */
export function mayEnter(role: Role, room: Room): boolean {
  return hasRight(role, rooms[room].right)
}
