import { OperatorError } from '../operations/operator-error.ts'
import type { ServerParts } from '../operations/run-server.ts'

/** The client towards identity providers is loaded only where there are any: nobody else waits for it at the start. */
export async function openIdentityProviders({ configuration, secrets, identityProviders }: ServerParts) {
  if (identityProviders.length === 0) return undefined
  const { createIdentityProviders } = await import('@portcullis/auth/identity-providers')
  const options = identityProviders.map((each) => each.options)
  const providers = wordedFor(() =>
    createIdentityProviders({ origin: configuration.issuer, identityProviders: options, secrets }),
  )
  const names = new Map(providers.list.map(({ id, name }) => [id, name]))
  const trusted = new Map(
    identityProviders.map(({ trusted: each }) => [each.id, { ...each, name: names.get(each.id) ?? each.id }]),
  )
  return { providers, trusted }
}

/** Which cannot be asked now, each as a sentence: an issuer that is wrong is known at the start then, and not from the first person who comes. */
export async function whySilent({
  providers,
  trusted,
}: NonNullable<Awaited<ReturnType<typeof openIdentityProviders>>>): Promise<string[]> {
  const told = await Promise.all(
    [...trusted.keys()].map(async (id) => {
      const began = await providers.begin(id, { returnTo: '/account' }) // which goes nowhere: no browser is given it
      if (began.kind !== 'unavailable') return []
      const { detail, cause } = began
      return [
        `The identity provider "${id}" does not answer as it should: ${detail}${cause === undefined ? '' : ` (${cause})`}`,
      ]
    }),
  )
  return told.flat()
}

/** What a preset cannot work with is a setting that is wrong, and no bug. */
function wordedFor<Made>(make: () => Made): Made {
  try {
    return make()
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new OperatorError(cause.message, { nextStep: 'See "identityProviders" in docs/configuration.md.', cause })
  }
}
