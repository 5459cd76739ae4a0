import type { Said } from './tool.ts'

/** What is read of MCPJam's reports. */
interface Probe {
  status: string
  error?: string
  oauth: {
    required: boolean
    optional: boolean
    wwwAuthenticate?: string
    discoveryError?: string
    registrationStrategies: string[]
  }
  transport: {
    attempts: {
      name: string
      request: { method: string; url: string }
      response?: { status: number; contentType?: string }
      error?: string
    }[]
  }
}

interface Doctor {
  status: string
  probe?: Probe | null
  error?: { code: string; message: string } | null
  connection: { status: string; detail: string }
}

interface Conformance {
  steps: { step: string; title: string; status: string; error?: { message?: string } }[]
}

interface Readiness {
  findings: { id: string; title: string; class: string; status: string; remediation?: string; details?: unknown }[]
}

/** `runServerDoctor`, with the probe that it begins with. That sign-in is wanted is how these servers are meant. */
export function doctorSays({ status, probe, error, connection }: Doctor): readonly Said[] {
  const isMeant = status === 'oauth_required' || status === 'ready'
  const severity = isMeant ? 'note' : 'error'
  const told = error ?? { code: `doctor_${status}`, message: connection.detail }
  return [{ code: told.code, severity, text: `${status}: ${told.message}` }, ...(probe ? probeSays(probe) : [])]
}

/** What a reader of its report sees: where it failed, and what was answered where. */
export function probeSays({ status, error, oauth, transport }: Probe): readonly Said[] {
  const seen = transport.attempts.map(({ name, request, response, error: failed }): Said => {
    const answer = failed ?? `${response?.status} ${response?.contentType ?? ''}`
    return { code: `probe_${name}`, severity: 'note', text: `${request.method} ${request.url} → ${answer}` }
  })
  const required = oauth.required ? 'required' : oauth.optional ? 'optional' : 'not required'
  const header =
    oauth.wwwAuthenticate === undefined ? 'no WWW-Authenticate' : `WWW-Authenticate ${oauth.wwwAuthenticate}`
  const failures = [error, oauth.discoveryError].filter((each) => each !== undefined)
  return [
    ...failures.map((text): Said => ({ code: 'probe_error', severity: 'error', text })),
    {
      code: `probe_${status}`,
      severity: 'note',
      text: `OAuth is ${required}; ${header}; registration: ${oauth.registrationStrategies.join(', ')}`,
    },
    ...seen,
  ]
}

export function conformanceSays({ steps }: Conformance): readonly Said[] {
  return steps
    .filter(({ status }) => status === 'failed')
    .map(({ step, title, error }) => ({ code: step, severity: 'error', text: `${title}: ${error?.message ?? ''}` }))
}

/** What Anthropic's directory would ask for, as MCPJam grades it. */
export function readinessSays({ findings }: Readiness): readonly Said[] {
  return findings
    .filter(({ status }) => status === 'violated')
    .map(({ id, title, class: kind, remediation = '', details }) => ({
      code: id,
      severity: kind.endsWith('blocker') ? 'error' : 'warning',
      text: `Not so: ${title}. ${remediation} ${JSON.stringify(details ?? {})}`,
    }))
}
