const answerOf = {
  unsupported_media_type: { status: 415, code: -32600 },
  intricate_json: { status: 400, code: -32600 },
  not_json: { status: 400, code: -32700 },
  not_json_rpc: { status: 400, code: -32600 },
  ambiguous_json: { status: 400, code: -32600 },
  // The specification has -32020 for this, but from an intermediary that code would be a false witness: clients take any
  // code from -32020 to -32099 as proof that the server behind is modern. It leaves intermediaries the body (P-14).
  header_mismatch: { status: 400, code: -32600 },
} as const

/** Why the body of a request is not passed on. */
export type MessageRefusalReason = keyof typeof answerOf

/** A body that is not passed on, and what its sender may be told. */
export interface MessageRefusal {
  readonly kind: 'refused'
  readonly reason: MessageRefusalReason
  /** The HTTP status to answer with. */
  readonly status: 400 | 415
  /** The code of the JSON-RPC error to answer with, to nobody's id; never one from -32020 to -32099, which belong to the specification. */
  readonly code: -32600 | -32700
  /** One sentence for a person. Public. */
  readonly message: string
}

/** A refusal for `reason`. */
export function refuse(reason: MessageRefusalReason, message: string): MessageRefusal {
  return { kind: 'refused', reason, ...answerOf[reason], message }
}
