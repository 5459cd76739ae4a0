import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { credentialsOf } from '../client.ts'
import { codeFor, tokenRequest, tokensFor, tokensIn } from '../grant.ts'
import { audienceOf, claimsOf, createSigningKey, headerOf, hmacJwt, signedJwt, unsignedJwt } from '../jwt.ts'
import { bearer, guarded, isTaken, probe, requireTaken } from '../probe.ts'
import type { Stage } from '../stage.ts'
import { endpointOf, listOf } from '../target.ts'

/** Access tokens: for whom, for how long, how they look, and how they are kept (RFC 9700 §2.2, §2.3, §4.9, §4.10). */
export const tokenAttacks: readonly Attack[] = [
  {
    id: 'token-audience',
    from: ['RFC 9700 §2.3', 'RFC 9700 §4.10.2', 'RFC 8707 §2', 'field.md 2.3 5', 'law 2'],
    tries: 'takes a token for one resource, to use it at another',
    safe: 'its audience is the resource that was asked for, and nothing else',
    async run(stage) {
      const { resource } = stage.target
      if (resource === undefined) throw new CouldNotTry('no means', 'no resource was named: see --resource')
      const client = await stage.client()
      const { accessToken } = await tokensFor(stage, client)
      const audience = audienceOf(accessToken)
      if (audience === undefined)
        throw new CouldNotTry('no means', 'the access token is opaque to its client: its audience cannot be seen')
      return audience.length === 1 && audience[0] === resource
        ? safe(`aud is ${resource}`)
        : vulnerable(`aud is ${JSON.stringify(audience)}, asked for was ${resource}`)
    },
  },
  {
    id: 'token-lifetime',
    from: ['RFC 9700 §2.2.1', 'AS-37'],
    tries: 'waits for a stolen access token to be forgotten: looks how long it lives',
    safe: 'an hour or less, and the answer says so (expires_in)',
    async run(stage) {
      const { answer } = await tokensFor(stage, await stage.client())
      const lifetime = answer.json.expires_in
      if (typeof lifetime !== 'number') return vulnerable('the answer has no expires_in')
      return lifetime > 3600 ? vulnerable(`it lives ${lifetime} s`) : safe(`it lives ${lifetime} s`)
    },
  },
  {
    id: 'token-answer-cached',
    from: ['RFC 6749 §5.1', 'RFC 9700 §4.3'],
    tries: 'looks whether a cache may keep the answer with the tokens, and the one with a client secret',
    safe: 'cache-control: no-store',
    async run(stage) {
      const { answer } = await tokensFor(stage, await stage.client())
      const found = [
        /no-store/.test(answer.headers['cache-control'] ?? '') ? undefined : 'the token answer is without no-store',
      ]
      if (endpointOf(stage.target, 'registration_endpoint') !== undefined) {
        const registration = await stage.register()
        if (registration.status <= 201)
          found.push(
            /no-store/.test(registration.headers['cache-control'] ?? '')
              ? undefined
              : 'the registration answer is without no-store',
          )
      }
      return allOf(found, 'both say no-store')
    },
  },
  {
    id: 'token-typed',
    from: ['RFC 9068 §2.1', 'RFC 8725 §3.11', 'field.md 2.3 5', 'law 6'],
    tries: 'passes tokens of one kind as another: looks whether an access token says that it is one',
    safe: '`typ` is at+jwt, or the token is opaque',
    async run(stage) {
      const { accessToken, answer } = await tokensFor(stage, await stage.client())
      const header = headerOf(accessToken)
      if (header === undefined) return safe('the access token is opaque')
      const idToken = answer.json.id_token
      const found = [
        /^(application\/)?at\+jwt$/i.test(String(header.typ)) ? undefined : `typ is ${JSON.stringify(header.typ)}`,
        header.alg === 'none' || String(header.alg).startsWith('HS') ? `alg is ${header.alg}` : undefined,
        typeof idToken === 'string' && headerOf(idToken)?.typ === header.typ
          ? 'an ID token has the same typ'
          : undefined,
      ]
      return allOf(found, `typ is ${header.typ}, alg is ${header.alg}`)
    },
  },
  {
    id: 'token-forged',
    from: ['RFC 8725 §3.1', 'field.md 2.3 5', 'law 9'],
    tries:
      'forges access tokens: unsigned (alg none), signed by HMAC with the published key, with claims changed under the old signature',
    safe: 'none is taken',
    async run(stage) {
      const client = await anyClient(stage)
      const { accessToken } = await tokensFor(stage, client)
      const claims = claimsOf(accessToken)
      const header = headerOf(accessToken)
      if (claims === undefined || header === undefined) throw new CouldNotTry('not offered', 'access tokens are opaque')
      await requireTaken(stage, accessToken, client)
      const kid = { kid: header.kid, typ: header.typ }
      const { text } = await stage.send({ url: stage.endpoint('jwks_uri') })
      const [, , signature = ''] = accessToken.split('.')
      const wider = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url')
      const forged = {
        'one that nobody signed': unsignedJwt(claims, kid),
        'one that nobody signed (NONE)': unsignedJwt(claims, { ...kid, alg: 'NONE' }),
        'one by HMAC with the published key': hmacJwt(claims, text, kid),
        'one by HMAC with an empty key': hmacJwt(claims, '', kid),
        'changed claims under the old signature': `${accessToken.split('.')[0]}.${wider}.${signature}`,
        'one without its signature': `${accessToken.split('.').slice(0, 2).join('.')}.`,
      }
      const found: (string | undefined)[] = []
      for (const [what, token] of Object.entries(forged))
        found.push((await isTaken(stage, token, client)) ? `${what} is taken` : undefined)
      return allOf(found, 'none is taken')
    },
  },
  {
    id: 'token-in-query',
    from: ['RFC 9700 §4.3.2 (MUST NOT in query)', 'RFC 6750 §2.3'],
    tries: 'sends the access token in the query',
    safe: 'it does not count there',
    async run(stage) {
      const client = await anyClient(stage)
      const url = await guarded(stage)
      if (url === undefined)
        throw new CouldNotTry('no means', 'nothing here takes access tokens: no resource, no userinfo')
      const { accessToken } = await tokensFor(stage, client)
      await requireTaken(stage, accessToken, client)
      const asked = probe(stage, url)
      const { status } = await stage.send({
        ...asked,
        url: `${url}?${new URLSearchParams({ access_token: accessToken })}`,
      })
      return [400, 401, 403, 404].includes(status) ? safe(`answered ${status}`) : vulnerable(`answered ${status}`)
    },
  },
  {
    id: 'session-as-token',
    from: ['field.md 2.3 5', 'law 12'],
    tries: 'presents the session cookie of the browser as an access token',
    safe: 'refused',
    async run(stage) {
      const url = await guarded(stage)
      if (url === undefined)
        throw new CouldNotTry('no means', 'nothing here takes access tokens: no resource, no userinfo')
      const person = await stage.person()
      const found: (string | undefined)[] = []
      for (const jar of person.cookies.values())
        for (const [name, value] of jar) {
          const { status } = await stage.send(probe(stage, url, bearer(value)))
          found.push([400, 401, 403].includes(status) ? undefined : `the cookie ${name} passes as an access token`)
        }
      return found.length === 0
        ? safe('there is no session cookie')
        : allOf(found, `${found.length} cookies are refused`)
    },
  },
  {
    id: 'nonce-echo',
    from: ['RFC 9700 §4.5.3.2 (nonce)', 'OpenID Connect Core §3.1.3.6'],
    tries:
      'injects a code of another session, and passes ID tokens as others: looks whether the nonce of the request stands in the ID token, byte for byte, whom that is for, and whether a resource takes it',
    safe: 'the nonce, the client as the only audience, and no resource takes it',
    async run(stage) {
      if (!(await offersOpenid(stage))) throw new CouldNotTry('not offered', 'the scope openid is not offered')
      const client = await stage.client('none')
      const nonce = `N+ %2B"é-${client.clientId}`
      const code = await codeFor(stage, client, {
        changes: { scope: `openid ${stage.target.scope ?? ''}`.trim(), nonce, resource: undefined },
      })
      const { answer } = await tokensFor(stage, client, code)
      const idToken = answer.json.id_token
      if (typeof idToken !== 'string') return vulnerable('openid was asked for, and no ID token came')
      const claims = claimsOf(idToken)
      return allOf(
        [
          claims?.nonce === nonce ? undefined : `nonce is ${JSON.stringify(claims?.nonce)}`,
          [claims?.aud].flat().join() === client.clientId ? undefined : `aud is ${JSON.stringify(claims?.aud)}`,
          claims?.iss === stage.target.issuer ? undefined : `iss is ${JSON.stringify(claims?.iss)}`,
          (await guarded(stage)) !== undefined && (await isTaken(stage, idToken, client))
            ? 'the ID token passes as an access token'
            : undefined,
        ],
        'nonce, aud and iss are as they should be',
      )
    },
  },
  {
    id: 'assertion-grant-forged',
    from: ['RFC 7523 §3', 'RFC 8725 §3.1', 'law 9'],
    tries: 'asks for tokens by the JWT bearer grant with assertions that nobody signed, or that the attacker did',
    safe: 'refused',
    async run(stage) {
      const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
      if (!(listOf(stage.target, 'grant_types_supported') ?? []).includes(grant_type))
        throw new CouldNotTry('not offered', 'the JWT bearer grant is not advertised')
      const client = await stage.client()
      const now = Math.floor(Date.now() / 1000)
      const claims = {
        iss: stage.target.issuer,
        sub: 'alice',
        aud: stage.target.issuer,
        client_id: client.clientId,
        jti: 'attack',
        iat: now,
        exp: now + 60,
      }
      const typ = { typ: 'oauth-id-jag+jwt' }
      const { text } = await stage.send({ url: stage.endpoint('jwks_uri') })
      const found: (string | undefined)[] = []
      for (const assertion of [
        unsignedJwt(claims, typ),
        signedJwt(claims, createSigningKey(), typ),
        hmacJwt(claims, text, typ),
      ]) {
        const { resource, scope } = stage.target
        const answer = await tokenRequest(stage, client, { grant_type, assertion, resource, scope })
        found.push(tokensIn(answer) && `${headerOf(assertion)?.alg} by anybody gives tokens`)
      }
      return allOf(found, 'each was refused')
    },
  },
  {
    id: 'keys-private',
    from: ['RFC 7517 §9.2', 'law 11'],
    tries: 'reads the key set for what should not be there: private or symmetric keys',
    safe: 'public keys alone',
    async run(stage) {
      const { json } = await stage.send({ url: stage.endpoint('jwks_uri') })
      const keys = Array.isArray(json.keys) ? json.keys : []
      const bad = keys.filter(
        (key: Record<string, unknown>) => key.kty === 'oct' || ['d', 'p', 'q', 'k'].some((name) => name in key),
      )
      return bad.length > 0
        ? vulnerable(`${bad.length} keys are private or symmetric`)
        : safe(`${keys.length} public keys`)
    },
  },
  {
    id: 'introspection-of-others',
    from: ['RFC 7662 §4', 'RFC 7662 §2.2'],
    tries: 'registers as a client of its own and has a token of somebody else introspected',
    safe: 'refused, or nothing is told of a token that is not for the asking',
    async run(stage) {
      const url = stage.endpoint('introspection_endpoint')
      const { accessToken: token } = await tokensFor(stage, await stage.client('none'))
      const stranger = await stage.client('client_secret_post', {})
      const { headers, parameters } = credentialsOf(stranger, stage.target.issuer)
      const body = new URLSearchParams({ ...parameters, token })
      const { status, json } = await stage.send({ method: 'POST', url, headers, body })
      return json.active === true
        ? vulnerable('a client that registered a moment ago is told of any token')
        : safe(typeof json.active === 'boolean' ? 'active is false' : `answered ${status}`)
    },
  },
]

/** One that may introspect, where that is how a token is tried. */
async function anyClient(stage: Stage) {
  if ((await guarded(stage)) !== undefined) return stage.client()
  return stage.client('client_secret_post', {})
}

/** Some say so in the document of OpenID Connect alone. */
async function offersOpenid(stage: Stage): Promise<boolean> {
  if ((listOf(stage.target, 'scopes_supported') ?? []).includes('openid')) return true
  const url = `${stage.target.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const { status, json } = await stage.send({ url })
  return status === 200 && Array.isArray(json.scopes_supported) && json.scopes_supported.includes('openid')
}
