import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plain, type Route, startMcpServer } from '../../test/mcp-server.ts'
import { codesOf } from '../../test/test-scenes.ts'
import { diagnose } from '../diagnose.ts'

/** As that of Keycloak: to GET it is nothing, and a browser may post there. */
const postAlone: Route = (request, response, origin) =>
  request.method === 'OPTIONS'
    ? response.writeHead(200, { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'POST' }).end()
    : plain(404)(request, response, origin)

const places: readonly [what: string, routes: Record<string, Route>, codes: readonly string[]][] = [
  ['is believed to be there where it knows POST alone', {}, []],
  [
    'is not where all of its folder is open to browsers, and it is as nothing to GET',
    { '/clients/portcullis-doctor-asks-for-nothing': postAlone },
    ['endpoint_not_found'],
  ],
]
for (const [what, routes, codes] of places)
  test(`A registration endpoint ${what}`, async () => {
    const { origin, asked } = await startMcpServer({
      routes: { '/clients/openid-connect': postAlone, ...routes },
      server: (document, at) => ({ ...document, registration_endpoint: `${at}/clients/openid-connect` }),
    })

    const { findings } = await diagnose(`${origin}/mcp`)

    assert.deepEqual(
      codesOf(findings).filter((code) => code === 'endpoint_not_found'),
      codes,
    )
    assert.ok(!asked.some((each) => each.startsWith('POST /clients')), 'nothing is posted there')
  })
