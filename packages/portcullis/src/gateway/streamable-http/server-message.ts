/** What an answer says, as far as anybody looks. */
export interface Reply {
  readonly result?: unknown
  readonly error?: { code?: unknown; message?: unknown; data?: unknown }
}

/** A message of a server. */
export interface ServerMessage extends Reply {
  readonly id?: unknown
  readonly method?: unknown
  readonly params?: Readonly<Record<string, unknown>>
}

/** A message of JSON-RPC 2.0; `undefined` for whatever else a line may be. */
export function messageIn(line: string): ServerMessage | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (!isRecord(value) || value.jsonrpc !== '2.0') return undefined
    return { ...value, params: isRecord(value.params) ? value.params : {} }
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
