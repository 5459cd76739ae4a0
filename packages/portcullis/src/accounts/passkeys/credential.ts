import * as z from 'zod'

/** What a browser says after it made a passkey (WebAuthn §5.1, as JSON). */
export type CreatedCredential = z.output<typeof created>

/** What a browser says after a person used a passkey (WebAuthn §5.1, as JSON). */
export type UsedCredential = z.output<typeof used>

/** What was signed over, as the browser wrote it (WebAuthn §5.8.1). */
export interface ClientData {
  challenge: string
  isCrossOrigin: boolean
}

/** What a form carries after a passkey was made; `undefined` for everything else. */
export function parseCreated(text: string): CreatedCredential | undefined {
  return created.safeParse(jsonOf(text)).data
}

/** What a form carries after a passkey was used; `undefined` for everything else. */
export function parseUsed(text: string): UsedCredential | undefined {
  return used.safeParse(jsonOf(text)).data
}

/** Read before anything is verified, to see whether the challenge is ours at all. */
export function clientDataOf({ response }: CreatedCredential | UsedCredential): ClientData | undefined {
  const parsed = clientData.safeParse(jsonOf(Buffer.from(response.clientDataJSON, 'base64url').toString('utf8'))).data
  return parsed && { challenge: parsed.challenge, isCrossOrigin: parsed.crossOrigin || parsed.topOrigin !== undefined }
}

function base64url(most: number) {
  return z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9_-]+$/)
}

/** The most that a credential id has is 1023 bytes (WebAuthn §4). */
const credentialId = base64url(1364)

const about = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
}

const created = z.object({
  ...about,
  response: z.object({
    clientDataJSON: base64url(4096),
    attestationObject: base64url(16_384),
    transports: z.array(z.string().max(32)).max(10).default([]),
  }),
})

const used = z.object({
  ...about,
  response: z.object({
    clientDataJSON: base64url(4096),
    authenticatorData: base64url(4096),
    signature: base64url(4096),
    userHandle: base64url(128).optional(),
  }),
})

const clientData = z.object({
  challenge: z.string(),
  crossOrigin: z.boolean().default(false),
  topOrigin: z.string().optional(),
})

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
