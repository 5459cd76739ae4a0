import type { Server } from './server.ts'

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
export async function startDevice({ origin }: Pick<Server, 'origin'>, name?: string): Promise<Device> {
  const post = async (path: string, body: Record<string, unknown> | URLSearchParams) => {
    const isForm = body instanceof URLSearchParams
    const answer = await fetch(origin + path, {
      method: 'POST',
      headers: { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' },
      body: isForm ? body : JSON.stringify(body),
    })
    return (await answer.json()) as Record<string, string> // RFC 7591, RFC 8628: text in all that is read here
  }
  const { client_id = '' } = await post('/register', {
    client_name: name,
    grant_types: [grantType, 'refresh_token'],
    token_endpoint_auth_method: 'none',
  })
  const answer = await post('/device_authorization', new URLSearchParams({ client_id }))
  const { device_code = '', user_code = '', verification_uri = '', verification_uri_complete = '' } = answer
  return {
    userCode: user_code,
    verificationUri: verification_uri,
    verificationUriComplete: verification_uri_complete,
    async poll() {
      const { error, access_token } = await post(
        '/token',
        new URLSearchParams({ grant_type: grantType, client_id, device_code }),
      )
      return access_token === undefined ? String(error) : 'token'
    },
  }
}
