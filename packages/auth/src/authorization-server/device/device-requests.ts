import type { ServerContext } from '../context.ts'
import type { DeviceRequestRecord } from '../records.ts'
import type { Entry } from '../store.ts'
import { randomText } from '../tokens/base64url.ts'
import { formatDeviceCode } from './device-code.ts'
import type { ResolvedDeviceAuthorizationOptions } from './options.ts'
import { deviceRequestIds, randomUserCode } from './user-code.ts'

const forGood = 100 * 365 * 24 * 3600 // seconds; the places are gone round without a new beginning

export interface StartedDeviceRequest {
  deviceCode: string
  userCode: string
}

/**
 * Writes a request and makes its codes. Anybody may ask, so those that wait have a bound: each takes the place of the oldest. To refuse instead
 * would let whoever fills the places once lock everybody out.
 */
export async function startDeviceRequest(
  request: Pick<DeviceRequestRecord, 'clientId' | 'resource' | 'scope'>,
  { options, derivedKeys }: ServerContext,
  { lifetime, waitingLimit }: ResolvedDeviceAuthorizationOptions,
): Promise<StartedDeviceRequest> {
  const { store } = options
  for (;;) {
    const userCode = randomUserCode()
    const [id = ''] = await deviceRequestIds(userCode, derivedKeys)
    const expiresAt = options.now() + lifetime
    const value: DeviceRequestRecord = { ...request, expiresAt, seed: randomText(16) }
    const placeId = String((await store.count('device requests', forGood)) % waitingLimit)
    const place = await store.get('devicePlace', placeId)
    const oldest = place && (await store.get('deviceRequest', place.value.requestId))
    const isWaiting = oldest !== undefined && oldest.value.answer === undefined
    const written = await store.commit([
      { kind: 'deviceRequest', id, version: 'absent', value, expiresAt },
      { kind: 'devicePlace', id: placeId, version: place?.version ?? 'absent', value: { requestId: id }, expiresAt },
      ...(isWaiting
        ? [{ kind: 'deviceRequest' as const, id: oldest.id, version: oldest.version, value: undefined }]
        : []),
    ])
    if (written) return { userCode, deviceCode: await formatDeviceCode(id, value, derivedKeys) }
  }
}

/** The request of a user code that nobody has answered yet. */
export async function findWaitingRequest(
  userCode: string,
  { options, derivedKeys }: ServerContext,
): Promise<Entry<DeviceRequestRecord> | undefined> {
  for (const id of await deviceRequestIds(userCode, derivedKeys)) {
    const entry = await options.store.get('deviceRequest', id)
    if (entry !== undefined) return entry.value.answer === undefined ? entry : undefined
  }
  return undefined
}
