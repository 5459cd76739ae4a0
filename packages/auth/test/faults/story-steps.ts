import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { type Attempt, attemptOf, consent, issuer, register, type TestClient } from '../world.ts'
import type { Play } from './play.ts'

export async function coded(play: Play): Promise<{ attempt: Attempt; code: string }> {
  const attempt = attemptOf(await register(play))
  return { attempt, code: (await consent(play, attempt)).get('code') ?? '' }
}

export function codeOf(response: Response): string | null {
  return new URL(response.headers.get('location') ?? '', issuer).searchParams.get('code')
}

export async function revoke(
  play: Play,
  client: TestClient,
  token: string,
  credentials: Record<string, string> = {},
): Promise<void> {
  await play.send('/revoke', posted({ token, client_id: client.clientId, ...credentials }))
}

export function posted(fields: Record<string, string>): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  }
}

const pair = await generateKeyPair('ES256', { extractable: true })

export async function clientKey() {
  return { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256' }
}

/** Asks with an assertion of its own for each time that it asks. */
export async function asserting(play: Play, client: TestClient, fields: Record<string, string>, path = '/token') {
  const response = await play.send(path, async () => {
    const assertion = await new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(client.clientId)
      .setSubject(client.clientId)
      .setAudience(issuer)
      .setIssuedAt(play.host.clock.now)
      .setExpirationTime(play.host.clock.now + 60)
      .sign(pair.privateKey)
    return posted({
      ...fields,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    })
  })
  return response.headers.get('content-type') === 'application/json' ? response.json() : {}
}
