import type { Mutant } from './mutant.ts'

const keptSessions = 'packages/portcullis/src/gateway/streamable-http/kept-sessions.ts'
const folder = 'packages/portcullis/src/gateway/sse'
const oldClients = `${folder}/old-clients.ts`
const oldClientsTest = `${folder}/old-clients.test.ts`
const upstreamTest = `${folder}/sse-upstream.test.ts`

/** Servers and clients of HTTP+SSE (2024-11-05). */
export const oldTransportMutants: readonly Mutant[] = [
  {
    name: 'what an old server is told is posted to its own origin alone',
    law: 'law 8',
    file: `${folder}/link.ts`,
    find: "named.origin === url.origin && named.username === ''",
    replace: "named.username === ''",
    test: { file: upstreamTest, title: /an address at another origin/ },
  },
  {
    name: 'what an old server is told carries no name and password of its choice',
    law: 'law 8',
    file: `${folder}/link.ts`,
    find: " && named.username === '' && named.password === ''",
    replace: '',
    test: { file: upstreamTest, title: /or with somebody’s name in it/ },
  },
  {
    name: 'a message of an old server fills no memory',
    law: 'P-16',
    file: `${folder}/event-reader.ts`,
    find: 'if (isCut || length > most) {',
    replace: 'if (isCut && length < 0) {',
    test: { file: upstreamTest, title: /a message of more than may be/ },
  },
  {
    name: 'sessions at an old server are limited for a person, and not for each of their clients',
    law: 'P-16',
    file: keptSessions,
    find: 'personOf(caller) === person',
    replace: 'caller.key === session.caller.key',
    test: { file: upstreamTest, title: /one person has a hundred sessions/ },
  },
  {
    name: 'sessions at an old server end with their grant',
    law: 'law 14',
    file: keptSessions,
    find: 'if (hasEnded(session.caller)) end(session)',
    replace: '',
    test: { file: upstreamTest, title: /law 14/ },
  },
  {
    name: 'an old server never sees the session of this side',
    law: 'law 7',
    file: `${folder}/sse-upstream.ts`,
    find: 'upstreamHeaders({ rawHeaders }, { upstreamId: undefined }, own, options.upstreamHeaders)',
    replace: 'rawHeaders',
    test: { file: upstreamTest, title: /law 7/ },
  },
  {
    name: 'nobody but its opener posts to a stream',
    law: 'law 12',
    file: oldClients,
    find: 'if (stream === undefined || !isOwner(stream, request.caller))',
    replace: 'if (stream === undefined)',
    test: { file: oldClientsTest, title: /nobody posts to the stream of somebody else/ },
  },
  {
    name: 'the address of a stream cannot be guessed',
    law: 'law 12',
    file: oldClients,
    find: "randomBytes(18).toString('base64url')",
    replace: 'String(streams.size)',
    test: { file: oldClientsTest, title: /no address can be guessed/ },
  },
  {
    name: 'an old server learns nothing of the address at this side',
    law: 'law 12',
    file: oldClients,
    find: 'query: withoutParameter(request.query)',
    replace: 'query: request.query',
    test: { file: oldClientsTest, title: /in JSON is served/ },
  },
  {
    name: 'the stream of an old client is whoever’s showed the last token',
    law: 'law 12',
    file: 'packages/portcullis/src/gateway/exchange.ts',
    find: '    this.caller = caller\n    this.isStanding',
    replace: '    this.isStanding',
    test: { file: oldClientsTest, title: /the stream ends with the token that was shown last/ },
  },
  {
    name: 'the stream of an old client ends with its token while nothing is awaited on it',
    law: 'law 12',
    file: 'packages/portcullis/src/gateway/exchange.ts',
    find: 'this.isStanding = !isAwaited',
    replace: 'this.isStanding = false',
    test: { file: oldClientsTest, title: /the stream ends with the token that was shown last/ },
  },
  {
    name: 'an answer of an old server that comes late answers nobody else',
    law: 'law 12',
    file: `${folder}/sse-session.ts`,
    find: "typeof id === 'number' ? this.forget(id) : undefined",
    replace: 'this.forget([...this.awaited.keys()][0] ?? 0)',
    test: { file: upstreamTest, title: /an answer that comes late/ },
  },
]
