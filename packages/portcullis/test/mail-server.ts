import { KeyObject } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { SMTPServer } from 'smtp-server'

/** A message as it arrived. */
export interface Arrived {
  from: string
  to: string[]
  /** As it went over the wire. */
  raw: string
  /** Its plain text. */
  text: string
  html: string
  subject: string
  isEncrypted: boolean
  user: string | undefined
}

export interface MailServerOptions {
  /** `first`: TLS from the first byte on; `start`: STARTTLS; `none`. Default: `none`. */
  tls?: 'first' | 'start' | 'none'
  credentials?: { user: string; password: string }
  /** What is answered to each message in turn: a status of failure, or nothing. */
  failures?: number[]
}

/** A real mail server on this machine, which keeps what arrives. It has a certificate for `localhost` of its own making. */
export async function startMailServer(t: TestContext, options: MailServerOptions = {}) {
  const { tls = 'none', credentials, failures = [] } = options
  const { certificate, key } = await certificateFor('localhost')
  const messages: Arrived[] = []
  const waiting: ((message: Arrived) => void)[] = []
  const server = new SMTPServer({
    secure: tls === 'first',
    cert: certificate,
    key,
    disabledCommands: [...(tls === 'start' ? [] : ['STARTTLS']), ...(credentials === undefined ? ['AUTH'] : [])],
    authOptional: credentials === undefined,
    allowInsecureAuth: true,
    logger: false,
    onAuth({ username, password }, _session, done) {
      const isRight = username === credentials?.user && password === credentials?.password
      if (isRight) done(null, { user: username })
      else done(new Error('Invalid user or password'))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const failure = failures.shift()
        if (failure !== undefined) return done(Object.assign(new Error('Not now'), { responseCode: failure }))
        const { mailFrom, rcptTo } = session.envelope
        const raw = Buffer.concat(chunks).toString()
        const message: Arrived = {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw,
          text: partOf(raw, 'text/plain'),
          html: partOf(raw, 'text/html'),
          subject: /^Subject: (.*(?:\r\n[ \t].*)*)/m.exec(raw)?.[1]?.replace(/\r\n[ \t]/g, ' ') ?? '',
          isEncrypted: session.secure,
          user: typeof session.user === 'string' ? session.user : undefined,
        }
        messages.push(message)
        waiting.shift()?.(message)
        done()
      })
    },
  })
  server.on('error', () => {}) // connections that tests break off
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise<void>((resolve) => server.close(resolve)))
  const { port } = server.server.address() as AddressInfo // it listens on a port
  return {
    port,
    certificate,
    messages,
    /** The next message that arrives. */
    next: () => new Promise<Arrived>((resolve) => waiting.push(resolve)),
  }
}

/** A certificate for a host, signed by itself: it is its own authority. */
async function certificateFor(host: string): Promise<{ certificate: string; key: string }> {
  await import('@simplewebauthn/server') // which brings the polyfill that the next one wants
  const { SubjectAlternativeNameExtension, X509CertificateGenerator } = await import('@peculiar/x509')
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const made = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${host}`,
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
  })
  return {
    certificate: made.toString('pem'),
    key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** The part of a type, with quoted-printable undone (RFC 2045 §6.7). */
function partOf(raw: string, type: string): string {
  const part = raw.split(/^--.*$/m).find((each) => each.includes(`Content-Type: ${type}`)) ?? ''
  const body = part.slice(part.indexOf('\r\n\r\n') + 4)
  return body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\r\n', '\n')
    .trim()
}
