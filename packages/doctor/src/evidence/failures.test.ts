import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOf } from './failures.ts'

const failures: readonly (readonly [error: object, reason: string, detail: RegExp])[] = [
  [{ code: 'CERT_HAS_EXPIRED' }, 'certificate', /certificate of mcp.example has expired/],
  [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'certificate', /signed by itself/],
  [{ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'certificate', /intermediate/],
  [
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID', cert: { subjectaltname: 'DNS:other.example, DNS:*.x' } },
    'certificate',
    /^The certificate is not for mcp.example, but for other.example, \*.x$/,
  ],
  [
    {
      code: 'ERR_SSL_WRONG_VERSION_NUMBER',
      message: '00F7:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/x.c:355:',
    },
    'speaks_http',
    /mcp.example speaks http there, and no TLS \(wrong version number\)$/,
  ],
  [
    {
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      message: '00F7:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../deps/x.c:1605:',
    },
    'old_tls',
    /no TLS of 1.2 or later/,
  ],
  [{ code: 'ECONNRESET', message: 'before secure TLS connection was established' }, 'tls', /No TLS connection/],
  [{ code: 'ECONNRESET' }, 'connection_closed', /mcp.example closed the connection/],
  [{ errors: [Object.assign(new Error(), { code: 'ENETUNREACH' })] }, 'connection_refused', /no way to mcp.example/],
  [{ code: 'HPE_HEADER_OVERFLOW' }, 'malformed_answer', /16 KiB/],
  [{ code: 'SOMETHING_NEW', message: 'so it goes' }, 'connection_closed', /so it goes/],
  [{}, 'connection_closed', /./],
]
for (const [error, reason, detail] of failures) {
  test(`${JSON.stringify(error)} is ${reason}`, () => {
    const failure = failureOf(Object.assign(new Error('failed'), error), 'mcp.example')

    assert.equal(failure.reason, reason)
    assert.match(failure.detail, detail)
  })
}
