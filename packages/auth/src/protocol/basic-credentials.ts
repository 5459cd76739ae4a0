/** What a client shows by HTTP Basic. */
export interface BasicCredentials {
  clientId: string
  secret: string
}

/**
 * Reads an `Authorization` header of the type Basic, in which both halves are form-encoded before they are joined (RFC 6749 §2.3.1).
 * `undefined` for whatever else stands there.
 */
export function parseBasicCredentials(authorization: string): BasicCredentials | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(authorization) ?? []
  if (encoded === undefined) return undefined
  try {
    const [, id, secret] = /^([^:]*):(.*)$/s.exec(atob(encoded)) ?? []
    if (id === undefined || secret === undefined) return undefined
    return { clientId: formDecode(id), secret: formDecode(secret) }
  } catch {
    return undefined
  }
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

/** The header by which a client shows its secret (`client_secret_basic`, RFC 6749 §2.3.1): both parts are form-encoded before they are joined. */
export function formatBasicCredentials({ clientId, clientSecret }: { clientId: string; clientSecret: string }): string {
  return `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`)}`
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}
