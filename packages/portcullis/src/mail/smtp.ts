import type { MailSettings } from './settings.ts'

/** A message to one person, as text and as the same text in HTML. */
export interface Message {
  to: string
  subject: string
  text: string
  html: string
}

/** Hands one message over to the mail server. Rejects with `DeliveryError`. */
export type Deliver = (message: Message) => Promise<void>

/** The mail server did not take a message. Its text has nothing of the message, and nothing secret. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError'
  /** Whether the same may be taken later. */
  readonly isTemporary: boolean

  constructor(reason: string, { isTemporary, cause }: { isTemporary: boolean; cause: unknown }) {
    super(reason, { cause })
    this.isTemporary = isTemporary
  }
}

/** Hands messages over by SMTP (RFC 5321), each on a connection of its own: they are few. `patience`: seconds in all for one message. Default 60. */
export function createSmtp(settings: MailSettings, { patience = 60 }: { patience?: number } = {}): Deliver {
  const { host, port, isTlsFirst, isTlsRequired, from, credentials, authorities } = settings
  return async (message) => {
    // Loaded only here, so that those who send none start as quickly.
    const { createTransport } = await import('nodemailer')
    const transport = createTransport({
      host,
      port,
      secure: isTlsFirst,
      requireTLS: isTlsRequired,
      // A relay on this machine often has a certificate that nobody could verify, and nobody is between.
      ignoreTLS: !isTlsRequired,
      ...(credentials !== undefined && { auth: { user: credentials.user, pass: credentials.password } }),
      ...(authorities !== undefined && { tls: { ca: authorities } }),
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 20_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
    const tooLong = Promise.withResolvers<never>()
    const timer = setTimeout(() => tooLong.reject(timedOut()), patience * 1000)
    try {
      const sending = transport.sendMail({
        ...message,
        from,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }, // RFC 3834 §5
      })
      await Promise.race([sending, tooLong.promise])
    } catch (cause) {
      throw deliveryError(cause)
    } finally {
      clearTimeout(timer)
      transport.close()
    }
  }
}

function timedOut(): Error {
  return Object.assign(new Error('The mail server did not come to an end'), { code: 'ETIMEDOUT' })
}

/** Of what a mail server says its code alone is kept: its text may repeat the message. */
function deliveryError(cause: unknown): DeliveryError {
  const code = fieldOf(cause, 'code')
  const status = Number(fieldOf(cause, 'responseCode') ?? 0)
  const isRefusal = (status >= 500 && status < 600) || code === 'EAUTH' || code === 'ETLS'
  const said = [
    reasons[code ?? ''] ?? 'it did not answer as a mail server does',
    ...(status > 0 ? [`code ${status}`] : []),
  ]
  return new DeliveryError(said.join(', '), { isTemporary: !isRefusal, cause: undefined })
}

const reasons: Readonly<Record<string, string>> = {
  EAUTH: 'it did not take the user and the password',
  ECONNECTION: 'it cannot be reached',
  ECONNREFUSED: 'nothing listens there',
  EDNS: 'its name is not known',
  EENVELOPE: 'it did not take the addresses',
  EMESSAGE: 'it did not take the message',
  ESOCKET: 'there is no connection to it',
  ETIMEDOUT: 'it did not answer in time',
  ETLS: 'it did not begin TLS, or its certificate is not good',
}

function fieldOf(cause: unknown, name: string): string | undefined {
  const value = typeof cause === 'object' && cause !== null ? Reflect.get(cause, name) : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
