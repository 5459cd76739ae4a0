import { deviceCodeGrantType } from '../../protocol/client-metadata.ts'
import { OAuthError, type OAuthErrorCode } from '../../protocol/oauth-error.ts'
import { parseParameters } from '../../protocol/parameters.ts'
import type { DeviceAuthorizationRefusal } from '../../protocol/refusals.ts'
import { authenticateClient } from '../clients/authenticate-client.ts'
import { consume } from '../clients/client-assertion.ts'
import type { ServerContext } from '../context.ts'
import { startDeviceRequest } from '../device/device-requests.ts'
import type { ResolvedDeviceAuthorizationOptions } from '../device/options.ts'
import { formatUserCode } from '../device/user-code.ts'
import { narrowScope, resolveTarget } from '../grants/target.ts'
import type { PlainRequest, PlainResponse } from '../plain-http.ts'
import { readBody } from '../request-body.ts'
import { errorResponse, jsonResponse } from '../responses.ts'

/** The device authorization endpoint (RFC 8628 §3.1): a client asks for codes, one to show and one to poll with. */
export async function deviceAuthorizationEndpoint(
  request: PlainRequest,
  context: ServerContext,
  { clientAddress, device }: { clientAddress: string; device: ResolvedDeviceAuthorizationOptions },
): Promise<PlainResponse> {
  const { options, limits } = context
  const known: { clientId?: string } = {}
  try {
    const limited = await limits.askingForDevice(clientAddress)
    if (limited !== undefined) {
      const detail = 'too many device authorization requests from this address'
      options.onEvent({ type: 'device_authorization_refused', reason: 'rate_limited', detail })
      return limited
    }
    return await answer(request, context, { clientAddress, device, known })
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    const refused = { reason: reasonOf(error), detail: error.message }
    options.onEvent({ type: 'device_authorization_refused', ...refused, ...known })
    return errorResponse(onTheWire(error), { challengeBasic: request.headers.has('authorization') })
  }
}

function reasonOf({ code }: OAuthError): DeviceAuthorizationRefusal {
  const reasons: Partial<Record<OAuthErrorCode, DeviceAuthorizationRefusal>> = {
    invalid_client: 'wrong_client_authentication',
    temporarily_unavailable: 'client_unavailable',
    unauthorized_client: 'unauthorized_client',
    invalid_grant: 'unauthorized_client',
    invalid_target: 'wrong_resource',
    invalid_scope: 'wrong_scope',
  }
  return reasons[code] ?? 'malformed_request'
}

/** There is no grant yet that could be invalid: such a client must be let in by a browser first. */
function onTheWire(error: OAuthError): OAuthError {
  return error.code === 'invalid_grant'
    ? new OAuthError('unauthorized_client', 'Somebody here must let this client in by a browser first')
    : error
}

async function answer(
  request: PlainRequest,
  context: ServerContext,
  {
    clientAddress,
    device,
    known,
  }: { clientAddress: string; device: ResolvedDeviceAuthorizationOptions; known: { clientId?: string } },
): Promise<PlainResponse> {
  const { options } = context
  const { single, resource } = parseParameters(await readBody(request, 'application/x-www-form-urlencoded'))
  const { clientId, client, consumption } = await authenticateClient(request, single, context, clientAddress)
  known.clientId = clientId
  if (!client.grantTypes.includes(deviceCodeGrantType))
    throw new OAuthError('unauthorized_client', 'The client is not registered for this grant type')
  const target = resolveTarget(resource, options.resources)
  const scope = narrowScope(single.get('scope'), target.resource)
  await consume(consumption, options.store)
  const asked = { clientId, resource: target.identifier, scope }
  const { deviceCode, userCode } = await startDeviceRequest(asked, context, device)
  options.onEvent({ type: 'device_authorization_started', ...asked })
  const page = `${options.issuer.replace(/\/$/, '')}/device`
  return jsonResponse({
    device_code: deviceCode,
    user_code: formatUserCode(userCode),
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=${formatUserCode(userCode)}`,
    expires_in: device.lifetime,
    interval: device.interval,
  })
}
