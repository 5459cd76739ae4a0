import { parseClientMetadata } from '../../protocol/client-metadata.ts'
import { formatClientMetadata } from '../../protocol/format-client-metadata.ts'
import { OAuthError } from '../../protocol/oauth-error.ts'
import type { RegistrationRefusal } from '../../protocol/refusals.ts'
import { initialAccessChallenge, initialAccessOf, initialAccessRefusals } from '../clients/initial-access.ts'
import {
  type Registration,
  readRegistration,
  registerClient,
  repeatedRegistration,
} from '../clients/register-client.ts'
import type { ServerContext } from '../context.ts'
import type { PlainRequest, PlainResponse } from '../plain-http.ts'
import { readBody } from '../request-body.ts'
import { errorResponse, jsonResponse } from '../responses.ts'

const longestBody = 8192 // the longest of a client that is known has some hundred
const toldUris = 5
const toldLength = 200

/**
 * Dynamic client registration (RFC 7591 §3). Only a client that asks for one gets a secret, or one that is known to need it, and it is kept as a hash.
 * Every request counts for the limit of its address, save one that has the client of a moment ago again.
 */
export async function registerEndpoint(
  request: PlainRequest,
  { options, limits, unusedClientPlaces }: ServerContext,
  clientAddress: string,
): Promise<PlainResponse> {
  const refuse = async (reason: RegistrationRefusal, detail: string, response: PlainResponse) => {
    const limited = await limits.registering(clientAddress)
    const isLimited = limited !== undefined
    options.onEvent({
      type: 'registration_refused',
      reason: isLimited ? 'rate_limited' : reason,
      detail: isLimited ? tooMany : detail,
    })
    return limited ?? response
  }
  try {
    const access = await initialAccessOf(request, options)
    if (access.kind === 'refused')
      return await refuse('unauthorized', initialAccessRefusals[access.reason], initialAccessChallenge(access.reason))
    const metadata = parseClientMetadata(
      parseJson(await readBody(request, 'application/json', { longest: longestBody })),
      {
        deviceAuthorization: options.deviceAuthorization !== undefined,
        pushedRequests: options.pushedRequests !== undefined,
      },
    )
    const { authenticationMethod, keys } = metadata
    if (authenticationMethod === 'private_key_jwt' && keys?.kind === 'uri' && options.clientDocuments === undefined)
      throw new OAuthError('invalid_client_metadata', 'Keys at a URL are not fetched here; register them as "jwks"')
    const asked = await readRegistration(metadata, access.by, options)
    const repeated = await repeatedRegistration(asked, options)
    if (repeated !== undefined) return answer(repeated, options)
    // Both in one turn, and so in one write.
    const [limited, next] = await Promise.all([limits.registering(clientAddress), unusedClientPlaces.next()])
    if (limited !== undefined) {
      unusedClientPlaces.giveBack(next)
      options.onEvent({ type: 'registration_refused', reason: 'rate_limited', detail: tooMany })
      return limited
    }
    const turn = await unusedClientPlaces.due(next)
    const registration = await registerClient({ ...asked, place: turn.place }, options)
    if (registration.isRepeated) unusedClientPlaces.giveBack(turn)
    return answer(registration, options)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    const refusal = error.code === 'invalid_request' ? new OAuthError('invalid_client_metadata', error.message) : error
    return refuse(reasonOf(error), refusal.message, errorResponse(refusal))
  }
}

const tooMany = 'There were too many registrations from this address'

function reasonOf({ code }: OAuthError): RegistrationRefusal {
  switch (code) {
    case 'invalid_redirect_uri':
      return 'wrong_redirect_uri'
    case 'invalid_client_metadata':
      return 'wrong_metadata'
    default:
      return 'malformed_request'
  }
}

function answer(
  { clientId, client, secret, isRepeated }: Registration,
  { onEvent }: ServerContext['options'],
): PlainResponse {
  const { issuedAt, secretHash: _, ...metadata } = client
  const { clientName, redirectUris } = metadata
  onEvent({
    type: 'client_registered',
    clientId,
    redirectUris: redirectUris.slice(0, toldUris).map((uri) => uri.slice(0, toldLength)),
    ...(clientName !== undefined && { clientName }),
    ...(isRepeated && { isRepeated }),
  })
  return jsonResponse(
    {
      client_id: clientId,
      client_id_issued_at: issuedAt,
      ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: 0 }),
      ...formatClientMetadata(metadata),
    },
    201,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new OAuthError('invalid_client_metadata', 'The body is not JSON', { cause })
  }
}
