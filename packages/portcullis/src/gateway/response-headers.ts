/** Headers of an answer as undici gives them: names in lower case, repeated ones as a list. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>

/**
 * The headers of the upstream's answer for the client, as names and values in turn: those that are known to speak of this answer alone. Browsers
 * take others for our whole origin, where people sign in (`Set-Cookie`, `Clear-Site-Data`, `NEL`, and what is yet to be invented), proxies take
 * others as orders, and challenges and CORS are this gateway's to give. Session id and framing are left to the caller.
 */
export function clientHeaders(headers: AnswerHeaders): string[] {
  const kept: string[] = []
  const ofConnection = optionsIn(headers.connection)
  for (const name in headers) {
    if (!isRelayed(name) || ofConnection?.has(name) === true) continue
    const value = headers[name]
    if (typeof value === 'string') kept.push(name, value)
    else for (const one of value ?? []) kept.push(name, one)
  }
  // Nobody may keep for others what was told to one caller (P-16), and the upstream cannot know that it is asked for one.
  const cacheControl = String(headers['cache-control'] ?? '')
  if (isPrivate(cacheControl)) kept.push('cache-control', cacheControl, 'vary', 'Authorization')
  else kept.push('cache-control', 'no-store')
  // The upstream shares an origin with our pages and their cookies: nothing it says may become a page there.
  if (!isInert(single(headers, 'content-type')))
    kept.push('content-security-policy', "default-src 'none'; sandbox", 'x-content-type-options', 'nosniff')
  return kept
}

/** The value of a header that is there once. */
export function single(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

/** Whether an answer is a stream of events. */
export function isEventStream(contentType: string | undefined): boolean {
  return contentType !== undefined && /^text\/event-stream[ \t]*(;|$)/i.test(contentType)
}

function isPrivate(cacheControl: string): boolean {
  return /\b(no-store|no-cache|private)\b/i.test(cacheControl) && !/\b(public|s-maxage)\b/i.test(cacheControl)
}

/** The headers that belong to the connection beside those that always do. */
function optionsIn(connection: string | string[] | undefined): Set<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined
  const options = String(connection).split(',')
  return new Set(options.map((option) => option.trim().toLowerCase()))
}

/** Whether browsers only ever read it as data: they run no script in it, and make no page of it. */
function isInert(contentType: string | undefined): boolean {
  return contentType !== undefined && /^(?:application\/json|text\/event-stream)[ \t]*(?:;|$)/i.test(contentType)
}

function isRelayed(name: string): boolean {
  return relayed.has(name) || (relayedPrefix.test(name) && !order.test(name))
}

const relayed = new Set([
  'accept-ranges',
  'age',
  'allow',
  'content-digest',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'deprecation',
  'digest',
  'etag',
  'expires',
  'last-modified',
  'link',
  'location',
  'preference-applied',
  'repr-digest',
  'request-id',
  'retry-after',
  'server-timing',
  'signature',
  'signature-input',
  'sunset',
  'traceparent',
  'traceresponse',
  'tracestate',
  'vary',
  'warning',
])
const relayedPrefix = /^(?:mcp-|ratelimit|x-)/

// Ours to give, or orders to the proxy in front: to send a file, to ask elsewhere, to take us out of service.
const order =
  /^(?:mcp-session-id$|x-powered-by$|x-(?:accel|archive|envoy|lighttpd|litespeed|middleware|portcullis|reproxy|sendfile|varnish|vercel))/
