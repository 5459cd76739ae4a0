import type { Attributes, AttributeValue } from '@opentelemetry/api'
import type { ConnectionEvent } from '../protocol/events.ts'

/**
 * What an event is called in attributes. Names of OpenTelemetry's semantic conventions where they have one (`user.id`, `error.type`, `http.*`, `url.*`,
 * `mcp.*`, `gen_ai.*`), and `portcullis.*` for the rest.
 */
const names: Readonly<Record<string, string>> = {
  subject: 'user.id',
  method: 'http.request.method',
  path: 'url.path',
  status: 'http.response.status_code',
  host: 'server.address',
  clientId: 'portcullis.client.id',
  clientName: 'portcullis.client.name',
  grantId: 'portcullis.grant.id',
  grantType: 'portcullis.grant.type',
  requestId: 'portcullis.request.id',
  reason: 'portcullis.reason',
}

/** What stays as it is, however long: identifiers of ours, and lists of scope tokens. */
const identifiers = new Set(['subject', 'clientId', 'grantId', 'requestId', 'reason', 'grantType', 'resource'])

/** Never told: what was thrown may quote anything. */
const untold = new Set(['type', 'cause', 'calls', 'furtherCalls', 'claimedCall', 'isUnread'])

/** Why something did not go well: a closed union, and so no label without end. Absent where all is well. */
export function errorTypeOf(event: ConnectionEvent): string | undefined {
  if (event.type === 'scope_insufficient') return 'insufficient_scope'
  if (event.type === 'failure') return event.cause instanceof Error ? event.cause.name : '_OTHER'
  const isBad = /(refused|rejected|failed|denied|unavailable)$/.test(event.type)
  if (!isBad || event.type === 'consent_denied') return undefined // a person's no is no fault
  return 'reason' in event ? event.reason : event.type
}

/** The attributes of a log record or of an event of a span. */
export function attributesOf(event: ConnectionEvent): Attributes {
  const attributes: Attributes = {}
  for (const [field, value] of Object.entries(event)) {
    if (untold.has(field)) continue
    const told = attributeValue(value, field)
    if (told !== undefined) attributes[names[field] ?? `portcullis.${snakeCase(field)}`] = told
  }
  const errorType = errorTypeOf(event)
  return { ...attributes, ...callAttributes(event), ...(errorType !== undefined && { 'error.type': errorType }) }
}

/** One call has the attributes that calls have; of several, their methods are told. */
function callAttributes(event: ConnectionEvent): Attributes {
  if (!('calls' in event || 'claimedCall' in event)) return {}
  const { calls = [], claimedCall } = event
  const [only, ...others] = calls.length > 0 ? calls : claimedCall === undefined ? [] : [claimedCall]
  if (only === undefined) return {}
  if (others.length > 0) return { 'portcullis.mcp.methods': [only, ...others].map(({ method }) => text(method)) }
  const nameAs = { 'tools/call': 'gen_ai.tool.name', 'prompts/get': 'gen_ai.prompt.name' }[only.method]
  return {
    'mcp.method.name': text(only.method),
    ...(only.name !== undefined && { [nameAs ?? 'mcp.resource.uri']: text(only.name) }),
  }
}

function attributeValue(value: unknown, field: string): AttributeValue | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'string') return identifiers.has(field) ? value.slice(0, longestIdentifier) : text(value)
  if (Array.isArray(value)) return value.slice(0, 100).map((each) => text(String(each)))
  return undefined
}

const longest = 300
const longestIdentifier = 2048

/** What outsiders wrote, made short, and without what looks like a code, a token, a secret, or the query of a URL (law 11). */
function text(value: string): string {
  return value
    .slice(0, 2 * longest) // before the patterns, which take longer than the text is long
    .replace(/((?:[a-z][a-z0-9+.-]*:|\/)[^\s?#]*)[?#]\S*/gi, '$1')
    .replace(/\b[A-Za-z0-9]{1,16}\.(?:code|refresh|device)\.[\w.-]+|\beyJ[\w.-]+|[\w-]{40,}/g, '[redacted]')
    .slice(0, longest)
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
