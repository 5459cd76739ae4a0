import type { RecordedRequest, Recording } from './recording.ts'

/** The URL that was typed. */
export function typedUrl({ base }: Recording): string {
  return `${base}/mcp`
}

export function pathOf({ url }: RecordedRequest): string {
  return url.split('?')[0] ?? url
}

export function headerOf({ headers }: RecordedRequest, name: string): string | undefined {
  return headers.find(([candidate]) => candidate.toLowerCase() === name)?.[1]
}

export function registrationOf({ requests }: Recording): RecordedRequest | undefined {
  return requests.find((request) => request.method === 'POST' && pathOf(request).endsWith('/register'))
}

/** What the client asked its registration for. */
export function registeredMetadata(recording: Recording): Record<string, unknown> | undefined {
  const { body } = registrationOf(recording) ?? {}
  return body === undefined ? undefined : JSON.parse(body)
}

/** The query of the authorization request: `undefined` where the client stopped before it. */
export function authorizationQuery({ requests, base }: Recording): URLSearchParams | undefined {
  const request = requests.find((candidate) => candidate.method === 'GET' && pathOf(candidate).endsWith('/authorize'))
  return request && new URL(request.url, base).searchParams
}

export function codeExchange({ requests }: Recording): RecordedRequest | undefined {
  return requests.find(
    (request) => pathOf(request).endsWith('/token') && request.body?.includes('grant_type=authorization_code'),
  )
}

/**
 * The requests for metadata that decided: those of the part of the client that went on to register, up to there. Some clients look around
 * beforehand, with another HTTP library and so another `User-Agent`.
 */
export function discoveryOf(recording: Recording): readonly RecordedRequest[] {
  const { requests } = recording
  const registration = registrationOf(recording)
  const agent = registration && headerOf(registration, 'user-agent')
  return requests
    .slice(0, registration ? requests.indexOf(registration) : undefined)
    .filter((request) => pathOf(request).includes('/.well-known/'))
    .filter((request) => agent === undefined || headerOf(request, 'user-agent') === agent)
}

/** The first document that was answered at a place whose path has `part`. */
export function documentAt({ requests }: Recording, part: string): Record<string, unknown> | undefined {
  const found = requests.find((request) => pathOf(request).includes(part) && request.response.status === 200)
  return found && JSON.parse(found.response.body)
}
