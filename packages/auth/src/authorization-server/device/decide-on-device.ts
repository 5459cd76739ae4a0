import { OAuthError } from '../../protocol/oauth-error.ts'
import type { ServerContext } from '../context.ts'
import { resolveTarget, type Target } from '../grants/target.ts'
import { aboutClient, askHost } from '../interaction/decision.ts'
import type { SignedIn } from '../interaction/interaction.ts'
import type { ClientRecord, DeviceRequestRecord } from '../records.ts'
import type { Entry } from '../store.ts'

/** A request of a device as far as the host lets it, with who made it and what for. */
export interface DecidedDevice {
  request: Entry<DeviceRequestRecord>
  client: ClientRecord
  target: Target
}

/**
 * Asks the host whether a client on a device may have what it asks for, as `decideOn` does of browsers: no way to tokens leads past its no. Consent is
 * asked whatever it says, since nothing proves who the device is. The request goes on waiting for somebody who may.
 * Throws `AuthorizationRefusedError` `access_denied` where it says no, `OAuthError` where client or resource are not there any more.
 */
export async function decideOnDevice(
  { value, ...rest }: Entry<DeviceRequestRecord>,
  { signedIn, clientAddress }: { signedIn: SignedIn; clientAddress: string },
  { options, clients }: ServerContext,
): Promise<DecidedDevice> {
  const { clientId } = value
  const known = await clients.find(clientId, clientAddress)
  if (known === undefined)
    throw new OAuthError('invalid_client', 'The application on the device is not registered with this server any more')
  const { client } = known
  const target = resolveTarget([value.resource], options.resources)
  const { scope } = await askHost(
    {
      signedIn,
      ...aboutClient({ clientId, client, target }, options),
      destinationProvesIdentity: false,
      scope: value.scope,
      isRemembered: false,
    },
    options,
  )
  return { request: { ...rest, value: { ...value, scope } }, client, target }
}
