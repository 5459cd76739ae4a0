/** Each request of what passed a tap, with its body. */
export function requestsIn(sent: string): readonly string[] {
  return sent.split(/^(?=(?:GET|POST|DELETE) \S+ HTTP\/1\.1\r$)/m)
}

/** The access token that a request shows. */
export function tokenIn(request: string): string | undefined {
  return /^authorization: bearer (\S+)/im.exec(request)?.[1]
}

/** The path that a request is for, without its query. */
export function pathOf(request: string): string | undefined {
  return /^\S+ ([^\s?]+)/.exec(request)?.[1]
}
