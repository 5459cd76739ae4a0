import { isLoopbackHost } from '@portcullis/auth/protocol'
import type { Configuration } from '../config/configuration.ts'
import { type Environment, readText } from '../operations/configured-secrets.ts'
import { OperatorError } from '../operations/operator-error.ts'

/** Where messages are handed over, and in whose name. */
export interface MailSettings {
  host: string
  port: number
  /** TLS from the first byte on, as opposed to STARTTLS. */
  isTlsFirst: boolean
  /** Whether nothing is sent without TLS: everywhere but on this machine. */
  isTlsRequired: boolean
  from: string
  credentials?: { user: string; password: string }
  /** PEM, of who certifies the server, where Node knows them not. */
  authorities?: string
}

/** What messages are sent with; `undefined` where the configuration has no `mail`. Throws `OperatorError` where a file or a variable that it names has nothing. */
export function loadMail({ mail }: Pick<Configuration, 'mail'>, environment: Environment): MailSettings | undefined {
  if (mail === undefined) return undefined
  const { protocol, hostname, port } = new URL(mail.server)
  const isTlsFirst = protocol === 'smtps:'
  const host = hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    port: port === '' ? (isTlsFirst ? 465 : 587) : Number(port),
    isTlsFirst,
    isTlsRequired: !isLoopbackHost(hostname),
    from: mail.from,
    ...(mail.user !== undefined && { credentials: { user: mail.user, password: passwordOf(mail, environment) } }),
    ...(mail.authoritiesFile !== undefined && {
      authorities: readText(mail.authoritiesFile, 'who certifies the mail server'),
    }),
  }
}

function passwordOf(
  { secretFile, secretVariable }: NonNullable<Configuration['mail']>,
  environment: Environment,
): string {
  const from = secretFile ?? secretVariable ?? ''
  const password =
    (secretFile === undefined ? environment[from] : readText(secretFile, 'the password of the mail server'))?.replace(
      /\r?\n$/,
      '',
    ) ?? ''
  if (password !== '') return password
  throw new OperatorError(`The password of the mail server is not in ${from}`, {
    nextStep: 'Put it there, or leave mail.user out where the server wants none.',
  })
}
