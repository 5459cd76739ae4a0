/** Headers of an answer as undici gives them: names in lower case, repeated ones as a list. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>

/**
 * The headers of the upstream's answer for the client, as names and values in turn: without cookies, challenges and CORS, which are this
 * gateway's to give, and without what belongs to the connection (RFC 9110 §7.6.1), steers proxies or says how the upstream is built.
 * Session id and framing are left to the caller.
 */
export function clientHeaders(headers: AnswerHeaders): string[] {
  const kept: string[] = []
  const ofConnection = optionsIn(headers.connection)
  for (const name in headers) {
    if (dropped.has(name) || droppedPrefix.test(name) || ofConnection?.has(name) === true) continue
    const value = headers[name]
    if (typeof value === 'string') kept.push(name, value)
    else for (const one of value ?? []) kept.push(name, one)
  }
  // Nobody may keep for others what was told to one caller (P-16), and the upstream cannot know that it is asked for one.
  const cacheControl = String(headers['cache-control'] ?? '')
  if (isPrivate(cacheControl)) kept.push('cache-control', cacheControl)
  else kept.push('cache-control', 'no-store')
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

const droppedPrefix = /^(?:access-control-|proxy-|x-accel-|x-portcullis-|x-sendfile)/

const dropped = new Set([
  'alt-svc',
  'authentication-info',
  'cache-control', // decided below
  'clear-site-data',
  'connection',
  'content-length',
  'keep-alive',
  'mcp-session-id',
  'server',
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
  'x-powered-by',
])
