import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workFolder } from './folders.ts'

/** A certificate for every host that the suite plays, for one day. */
export function makeCertificate(): { key: Buffer; cert: Buffer; file: string } {
  mkdirSync(workFolder, { recursive: true })
  const folder = mkdtempSync(join(workFolder, 'certificate-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
  const names = ['-subj', '/CN=e2e', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:*.example']
  const out = ['-keyout', key, '-out', cert]
  execFileSync('openssl', ['req', '-x509', ...curve, '-nodes', '-days', '1', ...names, ...out], { stdio: 'ignore' })
  return { key: readFileSync(key), cert: readFileSync(cert), file: cert }
}
