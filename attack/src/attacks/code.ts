import { randomBytes } from 'node:crypto'
import { type Attack, allOf, CouldNotTry, safe, vulnerable } from '../attack.ts'
import { answerIn } from '../browser.ts'
import type { Client } from '../client.ts'
import {
  answered,
  authorizationUrl,
  challengeOf,
  codeFor,
  exchangeOf,
  refresh,
  tokenRequest,
  tokensFor,
  tokensIn,
  told,
} from '../grant.ts'
import { livesOn, requireTaken } from '../probe.ts'
import type { Stage } from '../stage.ts'

/** Codes: once, for one client, one redirect, one verifier, one resource (RFC 9700 §4.5, §4.8). */
export const codeAttacks: readonly Attack[] = [
  {
    id: 'code-replay',
    from: ['RFC 9700 §4.2.4', 'RFC 6749 §4.1.2', 'law 5', 'AS-41'],
    tries: 'redeems a code a second time',
    safe: 'invalid_grant',
    async run(stage) {
      const client = await stage.client()
      const code = await codeFor(stage, client)
      await tokensFor(stage, client, code)
      return refused(await tokenRequest(stage, client, exchangeOf(client, code)), 'the code was redeemed twice')
    },
  },
  {
    id: 'code-replay-ends-refresh',
    from: ['RFC 6749 §4.1.2 (SHOULD revoke)', 'RFC 9700 §4.2.4', 'law 5'],
    tries: 'redeems a stolen code after its client did, and looks whether what the client has lives on',
    safe: 'the grant ends: its refresh token is refused',
    async run(stage) {
      const client = await stage.client()
      const code = await codeFor(stage, client)
      const { refreshToken } = await tokensFor(stage, client, code)
      if (refreshToken === undefined) throw new CouldNotTry('not offered', 'no refresh token is issued')
      await tokenRequest(stage, client, exchangeOf(client, code))
      return refused(await refresh(stage, client, refreshToken), 'the refresh token lives on')
    },
  },
  {
    id: 'code-replay-ends-access',
    from: ['RFC 6749 §4.1.2 (SHOULD revoke)', 'law 5', 'law 14'],
    tries: 'redeems a code twice, and looks whether the first access token is taken any more',
    safe: 'it is not',
    async run(stage) {
      const client = await stage.client()
      const code = await codeFor(stage, client)
      const { accessToken } = await tokensFor(stage, client, code)
      await requireTaken(stage, accessToken, client)
      await tokenRequest(stage, client, exchangeOf(client, code))
      return (await livesOn(stage, accessToken, client))
        ? vulnerable(`the access token is taken ${stage.patience} s later`)
        : safe('the access token is not taken any more')
    },
  },
  {
    id: 'code-race',
    from: ['RFC 9700 §4.5', 'RFC 6749 §4.1.2', 'law 5'],
    tries: 'redeems one code ten times at once',
    safe: 'one answer has tokens at the most',
    async run(stage) {
      const client = await stage.client()
      const code = await codeFor(stage, client)
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => tokenRequest(stage, client, exchangeOf(client, code))),
      )
      const won = answers.filter((answer) => tokensIn(answer) !== undefined).length
      return won > 1 ? vulnerable(`${won} of ten had tokens`) : safe(`${won} of ten had tokens`)
    },
  },
  {
    id: 'code-of-another-client',
    from: ['RFC 9700 §4.5 (code injection)', 'RFC 6749 §4.1.3', 'law 5'],
    tries: 'redeems a code as another client, with the verifier that fits',
    safe: 'invalid_grant',
    async run(stage) {
      const client = await stage.client()
      const other = await stage.otherClient()
      const code = await codeFor(stage, client)
      return refused(await tokenRequest(stage, other, exchangeOf(client, code)), 'another client had tokens')
    },
  },
  {
    id: 'code-other-redirect',
    from: ['RFC 6749 §4.1.3', 'RFC 9700 §4.5', 'law 5'],
    tries: 'redeems a code with another redirect URI than the one it was sent to',
    safe: 'invalid_grant',
    async run(stage) {
      const client = await stage.client()
      const code = await codeFor(stage, client)
      const changes = { ...exchangeOf(client, code), redirect_uri: `${client.redirectUri}/other` }
      return refused(await tokenRequest(stage, client, changes), 'the redirect URI does not count')
    },
  },
  {
    id: 'code-other-resource',
    from: ['RFC 8707 §2.2', 'RFC 9700 §2.3', 'law 2'],
    tries: 'redeems a code for another resource than the person let the client have',
    safe: 'invalid_target, or a token for the resource of the grant',
    async run(stage) {
      const { resource } = stage.target
      if (resource === undefined) throw new CouldNotTry('no means', 'no resource was named: see --resource')
      const client = await stage.client()
      const code = await codeFor(stage, client)
      const changes = { ...exchangeOf(client, code), resource: 'https://other.attack.example/mcp' }
      return refused(await tokenRequest(stage, client, changes), 'tokens were given for a resource nobody agreed to')
    },
  },
  {
    id: 'code-in-query',
    from: ['RFC 9700 §4.3.1', 'RFC 6749 §3.2'],
    tries: 'redeems a code by GET, and by POST with everything in the query',
    safe: 'refused: what is in URLs is logged',
    async run(stage) {
      const client = await publicClient(stage)
      const found: (string | undefined)[] = []
      for (const method of ['GET', 'POST']) {
        const code = await codeFor(stage, client)
        const query = new URLSearchParams({ client_id: client.clientId, ...exchangeOf(client, code) })
        const url = `${stage.endpoint('token_endpoint')}?${query}`
        const headers = { 'content-type': 'application/x-www-form-urlencoded' }
        const answer = await stage.send({ method, url, ...(method === 'POST' && { headers, body: '' }) })
        found.push(tokensIn(answer) === undefined ? undefined : `${method} with the code in the query had tokens`)
      }
      return allOf(found, 'both were refused')
    },
  },
  {
    id: 'code-guessable',
    from: ['RFC 9700 §4.5', 'RFC 6749 §10.10'],
    tries: 'compares codes of one person and client for what of them could be guessed',
    safe: 'they differ in at least 128 bits',
    async run(stage) {
      const client = await stage.client()
      const codes = [(await codeFor(stage, client)).code, (await codeFor(stage, client)).code]
      const differing = [...(codes[0] ?? '')].filter((letter, at) => letter !== codes[1]?.[at]).length
      return differing < 18
        ? vulnerable(`two codes differ in ${differing} characters alone`)
        : safe(`two codes of ${codes[0]?.length} characters differ in ${differing}`)
    },
  },
  {
    id: 'pkce-missing',
    from: ['RFC 9700 §2.1.1 (public clients MUST use PKCE)', 'AS-30', 'law 5'],
    tries: 'asks for a code without a code challenge, as a public client',
    safe: 'refused',
    async run(stage) {
      return noCode(stage, { code_challenge: undefined, code_challenge_method: undefined }, 'without a challenge')
    },
  },
  {
    id: 'pkce-empty',
    from: ['RFC 9700 §4.8 (PKCE downgrade)', 'law 5'],
    tries: 'sends an empty code challenge',
    safe: 'refused',
    run: (stage) => noCode(stage, { code_challenge: '' }, 'with an empty challenge'),
  },
  {
    id: 'pkce-plain',
    from: ['RFC 9700 §2.1.1 (S256)', 'AS-06', 'law 5'],
    tries: 'uses the method plain, by name and by leaving the method out',
    safe: 'refused: who reads the request would know the verifier',
    async run(stage) {
      const client = await publicClient(stage)
      const person = await stage.person()
      const found: (string | undefined)[] = []
      for (const method of ['plain', 'PLAIN', undefined]) {
        const verifier = randomBytes(32).toString('base64url')
        const changes = { code_challenge: verifier, code_challenge_method: method }
        const { url } = await authorizationUrl(stage, client, changes)
        const code = answerIn(await person.walk(url)).get('code')
        if (code === null) continue
        const answer = await tokenRequest(stage, client, {
          grant_type: 'authorization_code',
          code,
          redirect_uri: client.redirectUri,
          code_verifier: verifier,
        })
        found.push(tokensIn(answer) === undefined ? undefined : `${method ?? 'no method'} counts as plain`)
      }
      return allOf(found, 'no token was had by plain')
    },
  },
  {
    id: 'pkce-no-verifier',
    from: ['RFC 9700 §2.1.1', 'RFC 7636 §4.6', 'law 5'],
    tries: 'redeems a code without a verifier, and with an empty one',
    safe: 'refused',
    async run(stage) {
      const client = await stage.client()
      const found: (string | undefined)[] = []
      for (const code_verifier of [undefined, '']) {
        const code = await codeFor(stage, client)
        const answer = await tokenRequest(stage, client, { ...exchangeOf(client, code), code_verifier })
        found.push(tokensIn(answer) && `tokens were had with ${code_verifier ?? 'no'} verifier`)
      }
      return allOf(found, 'both were refused')
    },
  },
  {
    id: 'pkce-confidential',
    from: ['RFC 9700 §2.1.1 (whoever sends a challenge)', 'RFC 7636 §4.6', 'law 5'],
    tries: 'redeems the code of a confidential client that sent a challenge with its secret alone',
    safe: 'refused: a secret is no verifier',
    async run(stage) {
      const client = await stage.client('client_secret_post')
      const code = await codeFor(stage, client)
      const answer = await tokenRequest(stage, client, { ...exchangeOf(client, code), code_verifier: undefined })
      return tokensIn(answer) === undefined
        ? safe(answered(answer))
        : vulnerable('tokens were had with the secret and no verifier')
    },
  },
  {
    id: 'pkce-wrong-verifier',
    from: ['RFC 9700 §4.5.3.1', 'RFC 7636 §4.6', 'law 5'],
    tries: 'injects a stolen code: redeems it with a verifier of its own, and with the challenge as the verifier',
    safe: 'refused',
    async run(stage) {
      const client = await stage.client()
      const found: (string | undefined)[] = []
      for (const wrong of ['of its own', 'that is the challenge']) {
        const code = await codeFor(stage, client)
        const code_verifier =
          wrong === 'of its own' ? randomBytes(32).toString('base64url') : challengeOf(code.verifier)
        const answer = await tokenRequest(stage, client, { ...exchangeOf(client, code), code_verifier })
        found.push(tokensIn(answer) && `tokens were had with a verifier ${wrong}`)
      }
      return allOf(found, 'both were refused')
    },
  },
  {
    id: 'pkce-downgrade',
    from: ['RFC 9700 §4.8.2', 'RFC 9700 §2.1.1'],
    tries:
      'takes the code challenge out of the request of a client that uses PKCE, and redeems the code with a verifier',
    safe: 'the request is refused, or the verifier without a challenge is',
    async run(stage) {
      const client = await confidentialOrAny(stage)
      const started = await authorizationUrl(stage, client, {
        code_challenge: undefined,
        code_challenge_method: undefined,
      })
      const landing = await (await stage.person()).walk(started.url)
      const code = answerIn(landing).get('code')
      if (code === null) return safe(`no code without a challenge: ${told(landing)}`)
      const answer = await tokenRequest(stage, client, exchangeOf(client, { ...started, code, landing }))
      return refused(answer, 'a verifier is taken where there was no challenge')
    },
  },
]

async function noCode(stage: Stage, changes: Record<string, string | undefined>, how: string) {
  const { url } = await authorizationUrl(stage, await publicClient(stage), changes)
  const landing = await (await stage.person()).walk(url)
  return answerIn(landing).has('code') ? vulnerable(`a code is issued ${how}`) : safe(`no code: ${told(landing)}`)
}

function refused(answer: Parameters<typeof tokensIn>[0], otherwise: string) {
  return tokensIn(answer) === undefined ? safe(answered(answer)) : vulnerable(otherwise)
}

async function publicClient(stage: Stage): Promise<Client> {
  return stage.client('none')
}

async function confidentialOrAny(stage: Stage): Promise<Client> {
  try {
    return await stage.client('client_secret_post')
  } catch (error) {
    if (error instanceof CouldNotTry) return stage.client()
    throw error
  }
}
