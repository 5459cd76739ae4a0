/** The bytes of an HTTP/1.1 request. */
export function requestBytes({
  method,
  path,
  headers,
  body = '',
}: {
  method: string
  path: string
  headers: Readonly<Record<string, string>>
  body?: string
}): Buffer {
  return Buffer.from(
    `${requestHead({ method, path, headers })}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

/** The same up to its length, which whoever adds the body says. */
export function requestHead({
  method,
  path,
  headers,
}: {
  method: string
  path: string
  headers: Readonly<Record<string, string>>
}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}`
}
