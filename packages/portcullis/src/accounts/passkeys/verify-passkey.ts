import type { PasskeyRecord } from '../../store/records.ts'
import { type ChallengeUse, timeOfChallenge } from './challenge.ts'
import type { PasskeysContext } from './context.ts'
import { type ClientData, type CreatedCredential, clientDataOf, type UsedCredential } from './credential.ts'
import { algorithms, relyingPartyId } from './relying-party.ts'

/** What what a browser sent was signed over: a challenge of ours that still counts. */
interface Answered {
  challenge: string
  /** Until when the challenge counts, in seconds since the epoch. */
  expiresAt: number
}

/** A passkey that was just made, before it is kept. */
export interface MadePasskey extends Answered {
  credentialId: string
  publicKey: string
  counter: number
  transports: string[]
  isBackedUp: boolean
}

/** What a passkey says when it is used. */
export interface UsedPasskey extends Answered {
  counter: number
  isBackedUp: boolean
}

/** Why nothing was proved. `stale`: the page was open too long, was of another browser, or its challenge was never ours. */
export type PasskeyRefusal = 'stale' | 'not_valid'

/** Verifies that a browser made a passkey for us, for this use, and asked who holds it (WebAuthn §7.1). */
export async function verifyCreated(
  credential: CreatedCredential,
  use: ChallengeUse,
  context: PasskeysContext,
): Promise<MadePasskey | PasskeyRefusal> {
  const answered = answeredBy(clientDataOf(credential), use, context)
  if (typeof answered === 'string') return answered
  const [{ verifyRegistrationResponse }, { decodeAttestationObject, isoBase64URL }] = await Promise.all([
    import('@simplewebauthn/server'),
    import('@simplewebauthn/server/helpers'),
  ])
  const { response } = credential
  const verified = await refusing(async () => {
    const attestation = decodeAttestationObject(isoBase64URL.toBuffer(response.attestationObject))
    // We ask for none. Certificates that come all the same would have addresses fetched that a stranger wrote into them (law 8).
    if (attestation.get('attStmt').get('x5c') !== undefined || !formats.includes(attestation.get('fmt')))
      return undefined
    return verifyRegistrationResponse({
      response: { ...credential, response, clientExtensionResults: {} } as Parameters<
        typeof verifyRegistrationResponse
      >[0]['response'], // transports are plain text to us
      ...expected(answered, context),
      supportedAlgorithmIDs: algorithms,
    })
  })
  if (!verified?.verified) return 'not_valid'
  const { credential: made, credentialBackedUp } = verified.registrationInfo
  if (made.id !== credential.id) return 'not_valid' // the form names it, the authenticator says it
  return {
    ...answered,
    credentialId: made.id,
    publicKey: isoBase64URL.fromBuffer(made.publicKey),
    counter: made.counter,
    transports: response.transports,
    isBackedUp: credentialBackedUp,
  }
}

/** Verifies that whoever holds `passkey` used it here, for this use, and proved to be its holder (WebAuthn §7.2). Its counter is the caller's to judge. */
export async function verifyUsed(
  credential: UsedCredential,
  passkey: Pick<PasskeyRecord, 'credentialId' | 'publicKey'>,
  use: ChallengeUse,
  context: PasskeysContext,
): Promise<UsedPasskey | PasskeyRefusal> {
  const answered = answeredBy(clientDataOf(credential), use, context)
  if (typeof answered === 'string') return answered
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
  const { userHandle, ...response } = credential.response
  const verified = await refusing(() =>
    verifyAuthenticationResponse({
      response: {
        ...credential,
        response: { ...response, ...(userHandle !== undefined && { userHandle }) },
        clientExtensionResults: {},
      },
      ...expected(answered, context),
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: 0,
      },
    }),
  )
  if (!verified?.verified) return 'not_valid'
  const { newCounter: counter, credentialBackedUp: isBackedUp } = verified.authenticationInfo
  return { ...answered, counter, isBackedUp }
}

/** Those that browsers leave where no attestation is asked for (WebAuthn §5.4.7). */
const formats = ['none', 'packed']

function answeredBy(
  said: ClientData | undefined,
  use: ChallengeUse,
  context: PasskeysContext,
): Answered | PasskeyRefusal {
  if (said === undefined || said.isCrossOrigin) return 'not_valid'
  const expiresAt = timeOfChallenge(said.challenge, use, context)
  return expiresAt === undefined ? 'stale' : { challenge: said.challenge, expiresAt }
}

function expected({ challenge }: Answered, { origin }: PasskeysContext) {
  return {
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: relyingPartyId(origin) ?? '',
    requireUserVerification: true,
  }
}

/** The library throws for whatever does not hold, and in what outsiders wrote that may be anything. */
async function refusing<T>(verify: () => Promise<T>): Promise<T | undefined> {
  try {
    return await verify()
  } catch {
    return undefined
  }
}
