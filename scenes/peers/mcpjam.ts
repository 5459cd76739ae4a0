import { OAuthConformanceTest, runServerDoctor } from '@mcpjam/sdk'

/** Prints what one of MCPJam's diagnoses says, as far as it comes without a person: its own report, as JSON. */
const [what = '', url = ''] = process.argv.slice(2)
console.log(JSON.stringify(await report()))
process.exit(0)

function report(): Promise<unknown> {
  // The probe, `probeMcpServer`, is what it begins with, and is in its report.
  if (what === 'doctor') return runServerDoctor({ config: { url }, target: url, timeout: 10_000 })
  return new OAuthConformanceTest({
    serverUrl: url,
    protocolVersion: '2025-11-25',
    registrationStrategy: 'dcr',
    auth: { mode: 'headless' },
    oauthConformanceChecks: true,
    stepTimeout: 5000,
  }).run()
}
