import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReportedDiagnosis } from '../doctor.ts'
import { conformanceSays, doctorSays, readinessSays } from './mcpjam-says.ts'
import type { Said, Tool } from './tool.ts'

const scenes = join(import.meta.dirname, '..', '..')
const installed = join(scenes, 'peers')

/** What our doctor calls a cause it says is wrong. */
const ours: Tool = {
  name: 'portcullis doctor',
  command: [process.execPath, '--conditions=source', join(scenes, '..', 'packages', 'portcullis', 'src', 'cli.ts')],
  codesCount: false,
  runs: (target) => [
    {
      args: ['doctor', target, '--json'],
      read({ stdout }) {
        const { causes, hidden, clients, findings } = JSON.parse(stdout) as OurReport // our own format
        const stopped = clients.filter(({ verdict }) => verdict === 'stops')
        return [
          ...causes.map((cause): Said => ({ ...saidOf(cause), severity: 'error' })),
          ...stopped.map(({ id }): Said => ({ code: 'a client stops', severity: 'error', text: id })),
          ...[...hidden, ...findings].map((finding): Said => ({ ...saidOf(finding), severity: 'note' })),
        ]
      },
    },
  ],
}

interface OurReport {
  causes: readonly OurFinding[]
  hidden: readonly OurFinding[]
  findings: readonly OurFinding[]
  clients: ReportedDiagnosis['clients']
}

interface OurFinding {
  code: string
  text: string
  exact: string
}

function saidOf({ code, text, exact }: OurFinding) {
  return { code, text: `${text} ${exact}` }
}

const mcpjamOptions = { MCPJAM_TELEMETRY_DISABLED: '1' }

/** From npm, and where it is given the newest command line, built from its repository: the registry's is older, and has no doctor. */
const mcpjam: Tool = {
  name: 'MCPJam: doctor, conformance, readiness',
  command: [process.execPath],
  codesCount: true,
  runs(target) {
    const sdk = join(installed, 'mcpjam.ts')
    const cli = process.env.MCPJAM_CLI
    const newest = (args: readonly string[]) => [cli ?? '', '--no-telemetry', '--quiet', '--format', 'json', ...args]
    return [
      { args: [sdk, 'doctor', target], read: ({ stdout }) => doctorSays(reportIn(stdout)) },
      { args: [sdk, 'conformance', target], read: ({ stdout }) => conformanceSays(reportIn(stdout)) },
      ...(cli === undefined
        ? []
        : [
            {
              args: newest(['server', 'doctor', '--url', target]),
              env: mcpjamOptions,
              read: ({ stdout }: { stdout: string }) => doctorSays(reportIn(stdout)),
            },
            {
              args: newest(['readiness', 'check', 'claude', target]),
              env: mcpjamOptions,
              read: ({ stdout }: { stdout: string }) => readinessSays(reportIn(stdout)),
            },
          ]),
    ]
  },
}

const authprobe: Tool = {
  name: 'authprobe: scan',
  command: given('AUTHPROBE'),
  codesCount: true,
  runs: (target) => [
    {
      args: ['scan', target, '--allow-private-issuers', '--timeout', '20', '--json', '-'],
      read({ stdout }) {
        const { findings = [], steps = [], auth_required } = reportIn<AuthprobeReport>(stdout)
        return [
          { code: 'auth_required', severity: 'note', text: `auth_required: ${auth_required}` },
          ...findings.map(({ code, severity, evidence = [] }): Said => {
            return { code, severity: severity === 'high' ? 'error' : 'warning', text: evidence.join(' ') }
          }),
          ...steps
            .filter(({ status }) => status !== 'PASS')
            .map(({ name, status, detail }): Said => ({ code: status, severity: 'note', text: `${name}: ${detail}` })),
        ]
      },
    },
  ],
}

interface AuthprobeReport {
  auth_required?: boolean
  findings?: { code: string; severity: string; evidence?: string[] }[]
  steps?: { name: string; status: string; detail: string }[]
}

/** Its help wants a "base URL"; which that is where the endpoint has a path, it does not say, so it is asked of both. */
const authgent: Tool = {
  name: 'authgent-server: lint',
  command: given('AUTHGENT_SERVER'),
  codesCount: true,
  runs: (target) =>
    [new URL(target).origin, target].map((url) => ({
      args: ['lint', url, '-f', 'json'],
      read({ stdout }) {
        const said = JSON.parse(stdout) as { check_id: string; severity: string; title: string; detail: string }[]
        return said.map(({ check_id, severity, title, detail }): Said => {
          const isError = severity === 'error' || severity === 'critical'
          return { code: check_id, severity: isError ? 'error' : 'warning', text: `${title}: ${detail}` }
        })
      },
    })),
  // What counts is the one with which it comes further than the first document, and the origin where neither does.
  together: (reports) => reports.find((said) => !said.some(({ code }) => code === 'MCP-PRM-001')) ?? reports[0] ?? [],
}

const authlab: Tool = {
  name: 'mcp-authlab: scan',
  command: given('MCP_AUTHLAB'),
  codesCount: true,
  runs: (target) => [
    {
      args: ['scan', target, '--no-login', '--format', 'json'],
      read({ stdout }) {
        const { results } = reportIn<{
          results: { id: string; title: string; status: string; level: string; message: string }[]
        }>(stdout)
        return results
          .filter(({ status }) => status === 'fail' || status === 'warn')
          .map(({ id, title, status, level, message }) => ({
            code: id,
            severity: status === 'fail' && level.startsWith('MUST') ? 'error' : 'warning',
            text: `${title}: ${message}`,
          }))
      },
    },
  ],
}

const testmcpy: Tool = {
  name: 'testmcpy-oauth: check',
  command: given('TESTMCPY_OAUTH'),
  codesCount: true,
  runs(target) {
    const folder = join(scenes, '.work')
    mkdirSync(folder, { recursive: true })
    const manifest = join(folder, `testmcpy-${new URL(target).port}.json`)
    const only = { mcp_url: target, allow_http_loopback: true }
    writeFileSync(manifest, JSON.stringify({ schema: 'testmcpy.io/oauth-smoke/v1', targets: { only } }))
    return [
      {
        args: ['check', '--config', manifest, '--format', 'json'],
        read({ stdout }) {
          const { targets } = reportIn<{ targets: { checks: { id: string; status: string; message: string }[] }[] }>(
            stdout,
          )
          return targets
            .flatMap(({ checks }) => checks)
            .filter(({ status }) => status !== 'pass' && status !== 'skip')
            .map(({ id, status, message }) => ({
              code: id,
              severity: status === 'fail' || status === 'error' ? 'error' : 'warning',
              text: message,
            }))
        },
      },
    ]
  },
}

/** A client more than a diagnosis: what it says where it cannot connect. Where it would open a browser, it is ended. */
const inspector: Tool = {
  name: 'MCP Inspector, command line',
  oneAtATime: true,
  command: [
    process.execPath,
    join(installed, 'node_modules', '@modelcontextprotocol', 'inspector', 'clients', 'launcher', 'build', 'index.js'),
  ],
  codesCount: true,
  runs: (target) => [
    {
      args: ['--cli', target, '--transport', 'http', '--method', 'tools/list'],
      env: { MCP_AUTO_OPEN_ENABLED: 'true', BROWSER: 'true', HOME: join(scenes, '.work', 'inspector-home') },
      limit: 20,
      until: /Please navigate to/,
      read({ stdout, stderr }) {
        const { error } = errorIn(`${stdout}\n${stderr}`)
        return error === undefined
          ? []
          : [{ code: error.code ?? 'error', severity: 'error', text: error.message ?? '' }]
      },
    },
  ],
}

/** What it says of the server it says in a line of JSON; the rest is about the machine that it runs on. */
function errorIn(text: string): { error?: { code?: string; message?: string } } {
  const line = text.split('\n').find((each) => each.startsWith('{"error"'))
  return line === undefined ? {} : JSON.parse(line)
}

/** Other diagnosis tools, and ours among them. How to get those that are not on npm, scenes/README.md says. */
export const tools: readonly Tool[] = [ours, mcpjam, authprobe, authlab, testmcpy, authgent, inspector]

function given(name: string): readonly [string] | undefined {
  const path = process.env[name]
  return path === undefined ? undefined : [path]
}

function reportIn<Report>(stdout: string): Report {
  return JSON.parse(stdout.slice(stdout.indexOf('{'))) as Report // each tool's own format
}
