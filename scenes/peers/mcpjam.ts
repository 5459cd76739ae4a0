import { OAuthConformanceTest } from '@mcpjam/sdk'

/** Prints what MCPJam's OAuth conformance run finds, as far as it comes without a person: a JSON array of codes and texts. */
const [serverUrl = ''] = process.argv.slice(2)
const run = new OAuthConformanceTest({
  serverUrl,
  protocolVersion: '2025-11-25',
  registrationStrategy: 'dcr',
  auth: { mode: 'headless' },
  oauthConformanceChecks: true,
  stepTimeout: 5000,
})
const { steps } = await run.run()
const failed = steps.filter(({ status }) => status === 'failed')
console.log(
  JSON.stringify(failed.map(({ step, error }) => ({ code: step, severity: 'error', text: error?.message ?? '' }))),
)
process.exit(0)
