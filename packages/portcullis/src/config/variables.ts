import { nearest } from '@portcullis/auth/protocol'
import { overrides } from './overrides.ts'

/** Variables that are read and are no setting, with their meaning as Markdown. */
export const otherVariables = {
  PORTCULLIS_CONFIG: 'The configuration file.',
  PORTCULLIS_SECRET:
    'What codes, refresh tokens and the encryption of signing keys are derived from: at least 32 random characters, such as `openssl rand -base64 32` prints. Several, between spaces, rotate: the first is used, the others are still accepted.',
  PORTCULLIS_SECRET_FILE: 'A file with the same content, for systems that give secrets as files.',
  PORTCULLIS_DATABASE_PASSWORD: 'The password of a Postgres database, which goes before one in the URL.',
  PORTCULLIS_DATABASE_PASSWORD_FILE: 'A file with that password, for systems that give secrets as files.',
  PORTCULLIS_INITIAL_ACCESS_TOKEN:
    'An initial access token, of at least 32 random characters, without which no client registers (RFC 7591). Several stand between spaces. Without it, anybody may register.',
  PORTCULLIS_INITIAL_ACCESS_TOKEN_FILE: 'A file with the same content.',
  PORTCULLIS_DEV_SECRET:
    'For `portcullis dev` alone: what the client `test-machine` and resource servers show there. At least 32 characters. Without it, a new one at each start.',
  PORTCULLIS_DEBUG:
    'With any value, a command that fails prints where in the program, too. For reports of faults; what the server writes while it runs follows `log.level`.',
} as const

const prefix = 'PORTCULLIS_'

/** A sentence for each variable that begins like ours and is none that is read: most likely a slip. */
export function unknownVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = [...overrides.map(({ variable }) => variable), ...Object.keys(otherVariables)]
  return Object.entries(environment)
    .filter(([name, value]) => name.startsWith(prefix) && value !== undefined && !known.includes(name))
    .filter(([name, value]) => !isFromKubernetes(name, value ?? ''))
    .map(([name]) => `Warning: ${name} is no variable that Portcullis reads; ${remedyFor(name, known)}`)
}

function remedyFor(name: string, known: readonly string[]): string {
  const rest = name.slice(prefix.length)
  const names = known.map((each) => each.slice(prefix.length))
  const meant = nearest(rest, names) ?? names.find((each) => each.endsWith(`_${rest}`))
  if (meant !== undefined) return `did you mean ${prefix}${meant}?`
  return 'most settings stand in the configuration file alone: portcullis check-config --json shows them.'
}

/** Kubernetes sets these for a service named `portcullis` or `portcullis-…`. */
function isFromKubernetes(name: string, value: string): boolean {
  return /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)(_|$)/.test(name) || /^(tcp|udp|sctp):\/\//.test(value)
}
