import { type Reachable, send } from './send.ts'

const grantType = 'urn:ietf:params:oauth:grant-type:device_code'

/** A client on a device without a browser (RFC 8628). */
export interface Device {
  userCode: string
  verificationUri: string
  verificationUriComplete: string
  /** Asks for its token: `token` where it gets one, else the error. */
  poll(): Promise<string>
}

/** `name`: default, none. */
export async function startDevice(server: Reachable, name?: string): Promise<Device> {
  const registered = await send(server, '/register', {
    body: {
      client_name: name,
      grant_types: [grantType, 'refresh_token'],
      token_endpoint_auth_method: 'none',
    },
  })
  const client_id = String(registered.json.client_id)
  const { json } = await send(server, '/device_authorization', { body: new URLSearchParams({ client_id }) })
  const device_code = String(json.device_code)
  return {
    userCode: String(json.user_code),
    verificationUri: String(json.verification_uri),
    verificationUriComplete: String(json.verification_uri_complete),
    async poll() {
      const polled = await send(server, '/token', {
        body: new URLSearchParams({ grant_type: grantType, client_id, device_code }),
      })
      return polled.json.access_token === undefined ? String(polled.json.error) : 'token'
    },
  }
}
