import type { Person } from './person.ts'

/** What keeps passkeys for a person, on the device itself. */
export interface Authenticator {
  /** How many it keeps. */
  count(): Promise<number>
  /** Whether the person is recognised from now on, as by a fingerprint. */
  recognise(isRecognised: boolean): Promise<void>
}

/** A virtual authenticator in the browser of a person (WebAuthn §11), who agrees to everything that it asks. */
export async function addAuthenticator({ context, page }: Person): Promise<Authenticator> {
  const session = await context.newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    count: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    recognise: async (isUserVerified) => {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
  }
}
