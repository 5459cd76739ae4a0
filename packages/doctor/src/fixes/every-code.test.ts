import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleArgs } from '../../test/sample-args.ts'
import { recordedEvidence } from '../evidence/evidence.ts'
import type { Exchange } from '../evidence/exchange.ts'
import { type FindingCode, finding } from '../findings/finding.ts'
import { severityOf } from '../findings/severity.ts'
import { documentRequest } from '../probes/requests.ts'
import type { Fix } from './fix.ts'
import { createFixes } from './fix-for.ts'
import type { DetectedStack, Framework, ProxyProduct } from './stack.ts'

const target = 'https://mcp.example.com/mcp'
const frameworks: readonly (Framework | undefined)[] = [undefined, 'express', 'hono', 'next', 'fastmcp', 'python']
const proxies: readonly (ProxyProduct | undefined)[] = [undefined, 'nginx', 'caddy', 'cloudflare', 'vercel', 'aws']
const stacks = frameworks.flatMap((framework) => proxies.map((proxy) => stackOf(framework, proxy)))
const codes = Object.keys(sampleArgs) as FindingCode[] // its keys are all the codes, says its type
const warnsAndIsMended: readonly FindingCode[] = [
  'slow',
  'challenge_behind_another',
  'challenge_without_pointer',
  'bad_token_not_named',
  'resource_documents_differ',
  'public_clients_not_listed',
  'refresh_not_listed',
  'metadata_documents_differ',
  'key_set_unreachable',
]

for (const code of codes) {
  const seen = finding(code, sampleArgs[code])
  if (severityOf(seen) !== 'breaks' && !warnsAndIsMended.includes(code)) continue

  test(`${code} has a fix on every stack: lines, or one to four steps`, () => {
    for (const stack of stacks) {
      const fix = fixOf(code, stack)

      assert.ok(isFix(fix), `${stack.framework?.name} behind ${stack.proxy?.name}: ${fix?.title}`)
    }
  })
}

for (const code of codes)
  test(`what is told of ${code} at somebody else's sign-in server goes into no MCP server`, () => {
    const fix = fixOf(code, stackOf(undefined, undefined), 'https://login.example.net')

    if (isOfSignIn.test(code)) assert.equal(fix?.code, undefined)
  })

const isOfSignIn =
  /^(?:authorization_server_(?:unreach|metadata)|metadata_|endpoint_|registration_|s256|public_clients|no_way|client_documents|refresh|response_type_code_missing|key_set|token_endpoint)/

function isFix(fix: Fix | undefined): boolean {
  if (fix === undefined || fix.title === '' || fix.why === '') return false
  if (fix.code !== undefined) return fix.code.text.split('\n').length <= 15
  return fix.steps !== undefined && fix.steps.length >= 1 && fix.steps.length <= 5
}

/** The fix of a code, where the sign-in server is at `issuer`. */
function fixOf(code: FindingCode, stack: DetectedStack, issuer = 'https://mcp.example.com'): Fix | undefined {
  const args = JSON.parse(
    JSON.stringify(sampleArgs[code]).replaceAll('https://mcp.example.com', (origin) =>
      isOfSignIn.test(code) ? issuer : origin,
    ),
  )
  const resource = { resource: target, authorization_servers: [issuer] }
  const evidence = recordedEvidence(target, [
    answered('https://mcp.example.com/.well-known/oauth-protected-resource/mcp', resource),
  ])
  const found = finding(code, args)
  return createFixes(stack, evidence, [found])(found)
}

function answered(url: string, document: unknown): Exchange {
  const headers = [['content-type', 'application/json']] as const
  const outcome = { kind: 'answer', status: 200, headers, body: JSON.stringify(document), isWhole: true } as const
  return { id: 0, request: documentRequest(url), outcome, milliseconds: 1 }
}

function stackOf(framework: Framework | undefined, proxy: ProxyProduct | undefined): DetectedStack {
  return {
    framework: framework && { name: framework, shownBy: 'x' },
    proxy: proxy && { name: proxy, shownBy: 'x' },
  }
}
