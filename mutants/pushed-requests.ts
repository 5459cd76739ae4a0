import type { Mutant } from './mutant.ts'

const folder = 'packages/auth/src/authorization-server'
const pushedRequest = `${folder}/pushed-requests/pushed-request.ts`
const arrival = `${folder}/pushed-requests/arrival.ts`
const readRequest = `${folder}/interaction/read-request.ts`
const startGrant = `${folder}/grants/start-grant.ts`
const push = `${folder}/endpoints/push.ts`
const authorizationRequest = `${folder}/interaction/authorization-request.ts`
const freshSignIn = `${folder}/interaction/fresh-sign-in.ts`
const pushTest = 'packages/auth/test/pushed-requests.test.ts'
const authorizeTest = 'packages/auth/test/authorization-endpoint.test.ts'

export const pushedRequestMutants: readonly Mutant[] = [
  {
    name: 'a request URI is its client’s alone',
    law: 'law 4',
    file: pushedRequest,
    find: 'boundTo: clientId',
    replace: 'boundTo: clientId.slice(0, 0)',
    test: { file: pushTest, title: /a request URI is its client’s alone/ },
  },
  {
    name: 'a browser must arrive with a pushed request in time',
    law: 'RFC 9126',
    file: readRequest,
    find: 'began === undefined ? now >= expiresAt : now >= endOf({ expiresAt })',
    replace: 'began !== undefined && now >= endOf({ expiresAt })',
    test: { file: pushTest, title: /a browser must arrive in time/ },
  },
  {
    name: 'a pushed request that arrived in time ends all the same',
    law: 'RFC 9126',
    file: readRequest,
    find: 'began === undefined ? now >= expiresAt : now >= endOf({ expiresAt })',
    replace: 'began === undefined && now >= expiresAt',
    test: { file: pushTest, title: /for an hour, and no longer/ },
  },
  {
    name: 'nothing that stands beside a request URI counts',
    law: 'RFC 9126',
    file: readRequest,
    find: 'const parameters = pushed?.parameters ?? read',
    replace:
      'const parameters = pushed ? { ...pushed.parameters, single: new Map([...pushed.parameters.single, ...[...read.single].filter(([name]) => name !== "request_uri")]) } : read',
    test: { file: pushTest, title: /nothing that stands beside the request URI counts/ },
  },
  {
    name: 'a pushed request gives one grant',
    law: 'RFC 9126',
    file: arrival,
    find: 'return { id: pushed.id, expiresAt:',
    replace: 'return { id: crypto.randomUUID(), expiresAt:',
    test: { file: pushTest, title: /one request gives one grant/ },
  },
  {
    name: 'nobody is given the code of another person’s consent to the same pushed request',
    law: 'law 3',
    file: startGrant,
    find: ' || grant.value.subject !== subject',
    replace: '',
    test: { file: pushTest, title: /is not given their code/ },
  },
  {
    name: 'requests must be pushed where the server or the client says so',
    law: 'RFC 9126',
    file: arrival,
    find: 'if (pushedRequests.required || client.requirePushedRequests)',
    replace: 'if (false)',
    test: { file: pushTest, title: /where requests must be pushed/ },
  },
  {
    name: 'a client that must authenticate and did not is refused when its document is there',
    law: 'AS-24',
    file: arrival,
    find: "if (client.authenticationMethod !== 'none')",
    replace: 'if (false)',
    test: { file: pushTest, title: /what such a client must show is looked at then/ },
  },
  {
    name: 'an assertion that waited with its request is used once',
    law: 'law 5',
    file: startGrant,
    find: '      ...consumption,\n',
    replace: '',
    test: { file: pushTest, title: /an assertion that waited with its request is used once/ },
  },
  {
    name: 'a push authenticates its client',
    law: 'RFC 9126',
    file: push,
    find: 'const { clientId, consumption } = await authenticateClient(request, single, context, clientAddress)',
    replace: "const { clientId, consumption } = { clientId: single.get('client_id') ?? '', consumption: [] }",
    test: { file: pushTest, title: /clients authenticate at the endpoint/ },
  },
  {
    name: 'a push is validated',
    law: 'RFC 9126',
    file: push,
    find: '  await validate(pushed.parameters, context, clientAddress)\n',
    replace: '',
    test: { file: pushTest, title: /is told at the push/ },
  },
  {
    name: 'a login hint is text, and short',
    law: 'law 11',
    file: authorizationRequest,
    find: 'hint.length > longestHint',
    replace: 'false',
    test: { file: authorizeTest, title: /login_hint reaches the sign-in as text/ },
  },
  {
    name: 'a choice of account is no proof of who somebody is',
    law: 'law 3',
    file: freshSignIn,
    find: 'began === undefined || signedIn.authTime < began.at)',
    replace: 'began === undefined || (signedIn.authTime < began.at && !began.wasSent))',
    test: { file: authorizeTest, title: /who comes back without a sign-in proves it still/ },
  },
  {
    name: 'keys of clients are fetched for whoever is signed in alone',
    law: 'AS-26',
    file: `${folder}/endpoints/authorize.ts`,
    find: 'const provable = signedIn === undefined ? undefined : read.pushed',
    replace: 'const provable = read.pushed',
    test: { file: pushTest, title: /has the keys of a client fetched/ },
  },
  {
    name: 'a pushed request that is answered twice uses its assertion once',
    law: 'law 3',
    file: arrival,
    find: "if ((await context.options.store.get('usedConsent', pushed.id)) !== undefined) return []",
    replace: '',
    test: { file: pushTest, title: /a form of such a request that is sent twice/ },
  },
]
