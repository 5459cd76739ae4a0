/** Who calls, as the gateway says. This server knows nothing of OAuth: it believes these headers because nobody but the gateway can reach it. */
export interface Caller {
  /** `anonymous` where no gateway stands in front. */
  subject: string
  name?: string
  client?: string
  scopes: string[]
}

/** The caller of a request, from the identity headers that Portcullis sets; it percent-encodes all but visible ASCII. */
export function callerOf(headers: Headers): Caller {
  const header = (name: string) => {
    const value = headers.get(`X-Portcullis-${name}`)
    return value === null ? undefined : decodeURIComponent(value)
  }
  const name = header('Name')
  const client = header('Client')
  return {
    subject: header('Subject') ?? 'anonymous',
    ...(name !== undefined && { name }),
    ...(client !== undefined && { client }),
    scopes: (header('Scope') ?? '').split(' ').filter((token) => token !== ''),
  }
}
