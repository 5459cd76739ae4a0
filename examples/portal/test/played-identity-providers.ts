import { generateKeyPairSync, sign } from 'node:crypto'

export interface PlayedPerson {
  /** Never reassigned. */
  subject: string
  userName: string
}

/** Google and GitHub, as the portal meets them, in this process: their own addresses, no network. */
export interface PlayedIdentityProviders {
  fetch: typeof fetch
  /** Somebody says yes on the page that the portal sent them to; gives where the browser is sent back to. */
  answer(page: string, person: PlayedPerson): string
}

export function playIdentityProviders(): PlayedIdentityProviders {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }
  const codes = new Map<string, { person: PlayedPerson; clientId: string; nonce: string | null }>()
  const callers = new Map<string, PlayedPerson>()

  function idToken({
    person,
    clientId,
    nonce,
  }: {
    person: PlayedPerson
    clientId: string
    nonce: string | null
  }): string {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: google,
      aud: clientId,
      sub: person.subject,
      name: person.userName,
      nonce,
      iat: now,
      exp: now + 600,
    }
    const parts = [{ alg: 'RS256', kid: 'k1' }, claims]
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`
  }

  const places: Record<string, (request: Request) => Promise<object> | object> = {
    [`${google}/.well-known/openid-configuration`]: () => ({
      issuer: google,
      authorization_endpoint: `${google}/o/oauth2/v2/auth`,
      token_endpoint: 'https://oauth2.googleapis.com/token',
      userinfo_endpoint: 'https://openidconnect.googleapis.com/v1/userinfo',
      jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    }),
    'https://www.googleapis.com/oauth2/v3/certs': () => ({ keys: [key] }),
    'https://oauth2.googleapis.com/token': async (request) => ({
      ...(await redeem(request)),
      scope: 'openid profile email',
    }),
    'https://openidconnect.googleapis.com/v1/userinfo': (request) => {
      const person = callerOf(request)
      return { sub: person?.subject, name: person?.userName }
    },
    'https://github.com/login/oauth/access_token': async (request) => {
      const { id_token: _none, ...answer } = await redeem(request)
      return { ...answer, scope: 'read:user,user:email,read:org' }
    },
    'https://api.github.com/user': (request) => {
      const person = callerOf(request)
      return { id: Number(person?.subject), login: person?.userName, name: person?.userName }
    },
    'https://api.github.com/user/emails': () => [{ email: 'ada@example.com', primary: true, verified: true }],
    'https://api.github.com/user/orgs': () => [],
    'https://api.github.com/user/teams': () => [],
  }

  async function redeem(request: Request) {
    const code = new URLSearchParams(await request.text()).get('code') ?? ''
    const sent = codes.get(code)
    if (sent === undefined) throw new Error('No such code')
    codes.delete(code)
    callers.set(`at-${code}`, sent.person)
    return { access_token: `at-${code}`, token_type: 'bearer', expires_in: 3600, id_token: idToken(sent) }
  }

  function callerOf({ headers }: Request): PlayedPerson | undefined {
    return callers.get((headers.get('authorization') ?? '').replace(/^(Bearer|token) /i, ''))
  }

  return {
    async fetch(input, init) {
      const request = new Request(input, init)
      const answer = places[request.url.replace(/\?.*/s, '')]
      return answer === undefined ? new Response(undefined, { status: 404 }) : Response.json(await answer(request))
    },
    answer(page, person) {
      const { searchParams } = new URL(page)
      const code = `c${codes.size}-${person.subject}`
      codes.set(code, { person, clientId: searchParams.get('client_id') ?? '', nonce: searchParams.get('nonce') })
      return `${searchParams.get('redirect_uri')}?${new URLSearchParams({ code, state: searchParams.get('state') ?? '' })}`
    },
  }
}

const google = 'https://accounts.google.com'
