import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { type Client, credentialsOf } from '../client.ts'
import { answered, codeFor, exchangeOf, refresh, refreshTokenFor, tokenRequest, tokensFor, tokensIn } from '../grant.ts'
import { isTaken, livesOn, requireTaken } from '../probe.ts'
import type { Stage } from '../stage.ts'
import { endpointOf } from '../target.ts'

/** Refresh tokens: rotated, bound, never wider (RFC 9700 §4.14), and no kind of token passing as another. */
export const refreshAttacks: readonly Attack[] = [
  {
    id: 'refresh-rotation',
    from: ['RFC 9700 §2.2.2', 'RFC 9700 §4.14.2', 'AS-38', 'law 6'],
    tries: 'uses the refresh token of a public client again and again',
    safe: 'each use gives another, and an old one ends the grant or is refused',
    async run(stage) {
      const client = await stage.client('none')
      const chain = await chainOf(stage, client, 3)
      if (new Set(chain).size === 1) return vulnerable('the same refresh token is given back each time')
      const again = await refresh(stage, client, chain[0] ?? '')
      return tokensIn(again) === undefined
        ? safe(`an old one is refused: ${answered(again)}`)
        : vulnerable('a refresh token that was replaced twice still gives tokens')
    },
  },
  {
    id: 'refresh-reuse',
    from: ['RFC 9700 §4.14.2 (reuse detection)', 'field.md 2.3 6', 'law 6'],
    tries: 'steals a refresh token and uses it after its client went on: then the newest one is tried',
    safe: 'the reuse ends the grant: the newest refresh token is refused too',
    async run(stage) {
      const client = await stage.client('none')
      const chain = await chainOf(stage, client, 3)
      const [stolen = '', newest = ''] = [chain[0], chain.at(-1)]
      if (stolen === newest) return vulnerable('refresh tokens are not rotated: reuse cannot be seen')
      await refresh(stage, client, stolen)
      const after = await refresh(stage, client, newest)
      return tokensIn(after) === undefined
        ? safe(`the newest is refused as well: ${answered(after)}`)
        : vulnerable('after the reuse the newest refresh token still gives tokens')
    },
  },
  {
    id: 'refresh-reuse-ends-access',
    from: ['RFC 9700 §4.14.2', 'law 14'],
    tries: 'looks whether access tokens live on when the reuse of a refresh token was seen',
    safe: 'they do not',
    async run(stage) {
      const client = await stage.client('none')
      const { accessToken } = await tokensFor(stage, client)
      await requireTaken(stage, accessToken, client)
      const first = await tokensFor(stage, client)
      await requireTaken(stage, first.accessToken, client)
      const second = await refreshed(stage, client, first.refreshToken)
      await refreshed(stage, client, second)
      await refresh(stage, client, first.refreshToken ?? '')
      return (await livesOn(stage, first.accessToken, client))
        ? vulnerable(`the access token is taken ${stage.patience} s later`)
        : safe('the access token is not taken any more')
    },
  },
  {
    id: 'refresh-race',
    from: ['RFC 9700 §4.14.2', 'field.md 2.3 6', 'law 6'],
    tries: 'uses one refresh token of a public client ten times at once, to have several families',
    safe: 'there is one successor at the most',
    async run(stage) {
      const client = await stage.client('none')
      const token = await refreshTokenFor(stage, client)
      const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(stage, client, token)))
      const won = answers.map((answer) => tokensIn(answer)?.refreshToken).filter((each) => each !== undefined)
      let families = 0
      for (const successor of new Set(won))
        if (successor !== token && tokensIn(await refresh(stage, client, successor)) !== undefined) families++
      return families > 1
        ? vulnerable(`ten uses gave ${families} refresh tokens that live side by side`)
        : safe(`${won.length} of ten had tokens; of ${new Set(won).size} refresh tokens ${families} went on`)
    },
  },
  {
    id: 'refresh-by-another-client',
    from: ['RFC 9700 §4.14.2', 'RFC 6749 §6', 'law 6'],
    tries: 'uses a refresh token as another client',
    safe: 'invalid_grant',
    async run(stage) {
      const token = await refreshTokenFor(stage, await stage.client('none'))
      return refused(await refresh(stage, await stage.otherClient(), token), 'another client had tokens')
    },
  },
  {
    id: 'refresh-wider-scope',
    from: ['RFC 6749 §6', 'RFC 9700 §2.3', 'law 6'],
    tries: 'asks for more scope at a refresh than was granted',
    safe: 'refused, or without what exceeds the grant',
    async run(stage) {
      const client = await stage.client('none')
      const tokens = await tokensFor(stage, client)
      if (tokens.refreshToken === undefined) throw new CouldNotTry('not offered', 'no refresh token is issued')
      const had = tokens.answer.json.scope ?? stage.target.scope ?? ''
      const answer = await refresh(stage, client, tokens.refreshToken, { scope: `${had} attack:admin`.trim() })
      return widened(answer, 'attack:admin')
    },
  },
  {
    id: 'exchange-wider-scope',
    from: ['RFC 6749 §3.3', 'RFC 9700 §2.3'],
    tries: 'adds a scope to the exchange of a code that nobody agreed to',
    safe: 'the scope of the grant stays as it is',
    async run(stage) {
      const client = await stage.client('none')
      const code = await codeFor(stage, client)
      return widened(
        await tokenRequest(stage, client, { ...exchangeOf(client, code), scope: 'attack:admin' }),
        'attack:admin',
      )
    },
  },
  {
    id: 'refresh-other-resource',
    from: ['RFC 8707 §2.2', 'RFC 9700 §4.14.2 (bound to resource servers)', 'law 2'],
    tries: 'asks at a refresh for a token for another resource',
    safe: 'invalid_target',
    async run(stage) {
      const client = await stage.client('none')
      const token = await refreshTokenFor(stage, client)
      const answer = await refresh(stage, client, token, { resource: 'https://other.attack.example/mcp' })
      return refused(answer, 'tokens were given for a resource nobody agreed to')
    },
  },
  {
    id: 'refresh-without-authentication',
    from: ['RFC 6749 §6', 'RFC 9700 §4.14.2', 'RFC 9700 §2.5', 'law 6'],
    tries: 'uses the refresh token of a confidential client without its secret',
    safe: 'invalid_client',
    async run(stage) {
      const client = await stage.client('client_secret_post')
      const token = await refreshTokenFor(stage, client)
      const answer = await refresh(stage, { ...client, method: 'none' }, token)
      return refused(answer, 'tokens were had without the secret')
    },
  },
  {
    id: 'tokens-swapped',
    from: ['law 6 (each kind of token has its own type)', 'RFC 8725 §3.12', 'field.md 2.3 5'],
    tries: 'presents a refresh token as a code, a code as a refresh token, and an access token as both',
    safe: 'invalid_grant for each',
    async run(stage) {
      const client = await stage.client('none')
      const code = await codeFor(stage, client)
      const asRefresh = await refresh(stage, client, code.code)
      const { accessToken, refreshToken = '' } = await tokensFor(stage, client, await codeFor(stage, client))
      const exchange = {
        grant_type: 'authorization_code',
        redirect_uri: client.redirectUri,
        code_verifier: code.verifier,
      }
      const attempts = {
        'a code passes as a refresh token': asRefresh,
        'a refresh token passes as a code': await tokenRequest(stage, client, { ...exchange, code: refreshToken }),
        'an access token passes as a code': await tokenRequest(stage, client, { ...exchange, code: accessToken }),
        'an access token passes as a refresh token': await refresh(stage, client, accessToken),
      }
      const found = Object.entries(attempts).map(([what, answer]) => tokensIn(answer) && what)
      return allOf(found, 'none passes as another')
    },
  },
  {
    id: 'refresh-token-as-access-token',
    from: ['law 6', 'RFC 9068 §2.1', 'library-peers.md 5.3 6'],
    tries: 'presents a refresh token, a code and an ID token where an access token belongs',
    safe: 'refused',
    async run(stage) {
      const client = await stage.client('none')
      const { code } = await codeFor(stage, client)
      const { accessToken, refreshToken, answer } = await tokensFor(stage, client)
      await requireTaken(stage, accessToken, client)
      const idToken = answer.json.id_token
      const candidates = { refreshToken, code, idToken: typeof idToken === 'string' ? idToken : undefined }
      const found: (string | undefined)[] = []
      for (const [what, token] of Object.entries(candidates))
        if (token !== undefined)
          found.push((await isTaken(stage, token, client)) ? `${what} passes as an access token` : undefined)
      return allOf(found, `${found.length} others are refused`)
    },
  },
  {
    id: 'revocation-of-others',
    from: ['RFC 7009 §2.1', 'law 14'],
    tries: 'revokes the refresh token of another client',
    safe: 'nothing ends',
    async run(stage) {
      const url = stage.endpoint('revocation_endpoint')
      const client = await stage.client('none')
      const token = await refreshTokenFor(stage, client)
      const other = await stage.otherClient()
      const { headers, parameters } = credentialsOf(other, stage.target.issuer)
      const body = new URLSearchParams({ ...parameters, token })
      await stage.send({ method: 'POST', url, headers, body })
      const after = await refresh(stage, client, token)
      return tokensIn(after) === undefined
        ? vulnerable(`the token of another client was revoked: ${answered(after)}`)
        : safe('the token still gives tokens to its client')
    },
  },
  {
    id: 'revocation-without-effect',
    from: ['RFC 7009 §2.1', 'law 14', 'law 13'],
    tries: 'goes on with a refresh token after its client has revoked it',
    safe: 'it is refused',
    async run(stage) {
      const client = await stage.client('none')
      const token = await refreshTokenFor(stage, client)
      await revoke(stage, client, token)
      return refused(await refresh(stage, client, token), 'the refresh token still gives tokens')
    },
  },
  {
    id: 'revocation-leaves-access',
    from: ['RFC 7009 §2.1 (SHOULD)', 'law 14'],
    tries: 'goes on with an access token after the refresh token of its grant was revoked',
    safe: 'it is not taken any more',
    async run(stage) {
      const client = await stage.client('none')
      const { accessToken, refreshToken } = await tokensFor(stage, client)
      if (refreshToken === undefined) throw new CouldNotTry('not offered', 'no refresh token is issued')
      await requireTaken(stage, accessToken, client)
      await revoke(stage, client, refreshToken)
      return (await livesOn(stage, accessToken, client))
        ? vulnerable(`the access token is taken ${stage.patience} s later`)
        : safe('the access token is not taken any more')
    },
  },
  {
    id: 'introspection-by-strangers',
    from: ['RFC 7662 §2.1', 'RFC 7662 §4', 'law 11'],
    tries: 'has a token introspected without authentication, and with a wrong secret',
    safe: 'refused: nothing is said about the token',
    async run(stage) {
      const url = stage.endpoint('introspection_endpoint')
      const client = await stage.client('none')
      const { accessToken: token } = await tokensFor(stage, client)
      const attempts: [string, Record<string, string>][] = [
        ['without authentication', {}],
        ['with a bare client_id', { client_id: client.clientId }],
        ['with a wrong secret', { client_id: client.clientId, client_secret: 'attack' }],
      ]
      const found: (string | undefined)[] = []
      for (const [how, more] of attempts) {
        const { json } = await stage.send({ method: 'POST', url, body: new URLSearchParams({ ...more, token }) })
        const isTold = json.active === true && !(how === 'with a bare client_id')
        found.push(isTold ? `${how} the token is told of` : undefined)
      }
      return allOf(found, 'nothing is told')
    },
  },
]

/** Refresh tokens of one grant, each got by the one before. */
async function chainOf(stage: Stage, client: Client, length: number): Promise<readonly string[]> {
  const chain = [await refreshTokenFor(stage, client)]
  while (chain.length < length) chain.push(await refreshed(stage, client, chain.at(-1)))
  return chain
}

async function refreshed(stage: Stage, client: Client, token: string | undefined): Promise<string> {
  if (token === undefined) throw new CouldNotTry('not offered', 'no refresh token is issued')
  const answer = await refresh(stage, client, token)
  const tokens = tokensIn(answer)
  if (tokens === undefined) throw new CouldNotTry('no means', `an ordinary refresh fails: ${answered(answer)}`)
  return tokens.refreshToken ?? token
}

async function revoke(stage: Stage, client: Client, token: string): Promise<void> {
  if (endpointOf(stage.target, 'revocation_endpoint') === undefined)
    throw new CouldNotTry('not offered', 'the metadata names no revocation_endpoint')
  const { headers, parameters } = credentialsOf(client, stage.target.issuer)
  const body = new URLSearchParams({ ...parameters, token })
  await stage.send({ method: 'POST', url: stage.endpoint('revocation_endpoint'), headers, body })
}

function widened(answer: Parameters<typeof tokensIn>[0], scope: string) {
  if (tokensIn(answer) === undefined) return safe(answered(answer))
  const given = String(answer.json.scope ?? '').split(' ')
  return given.includes(scope) ? vulnerable(`the answer grants ${scope}`) : safe('tokens without it')
}

function refused(answer: Parameters<typeof tokensIn>[0], otherwise: string) {
  return tokensIn(answer) === undefined ? safe(answered(answer)) : vulnerable(otherwise)
}
