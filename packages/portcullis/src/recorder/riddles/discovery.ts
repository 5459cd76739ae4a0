import type { Case } from '../case.ts'
import type { Riddle } from '../riddle.ts'
import { countOf, isBefore } from '../story.ts'
import { failedWith, isStuckAt, Name, said, spanOf } from './seen.ts'

/** Before anybody is known: from the first request to the registration. */
export const discoveryRiddles: readonly Riddle[] = [
  {
    code: 'wrong_host',
    title: 'The request names a host that is not ours',
    seen: 'A request came whose Host header is none of this server’s',
    party: 'your_edge',
    fix: 'Let the proxy in front pass on the Host header as it came (nginx: proxy_set_header Host $host). Where people really use that address, add it to alsoServedAt.',
    evidence(given) {
      const failed = failedWith(given, 'host_rejected')
      return failed && [`The request named the host ${failed.step.detail || '(none)'}.`]
    },
    sentence: (given) =>
      `A request of ${given.name} reached this server under another host name than that of ${given.server.publicUrl}, and was refused.`,
  },
  {
    code: 'wrong_path',
    title: 'The client was given another address',
    seen: 'An MCP client asked at a path where no MCP server is',
    party: 'the_person',
    fix: 'Give the client the public URL byte for byte, path and all.',
    evidence(given) {
      const failed = failedWith(given, 'elsewhere')
      return failed && [`It asked ${failed.entry.method} ${failed.entry.path}, where there is nothing.`]
    },
    sentence: (given) => `${Name(given)} was given another address than ${given.server.publicUrl}.`,
    nextStep: ({ server }) => `Enter ${server.publicUrl} in the client, byte for byte.`,
  },
  {
    code: 'preflight_refused',
    title: 'A browser may not call from there (CORS)',
    seen: 'A web page of another origin called the MCP server, or asked beforehand (preflight)',
    party: 'your_server',
    fix: 'If that page is a client that people use, add its origin to allowedOrigins.',
    evidence(given) {
      const failed = failedWith(given, 'origin_rejected')
      return failed && [`The page’s origin is ${failed.step.detail}, which allowedOrigins does not name.`]
    },
    sentence: (given) =>
      `${Name(given)} runs in a web page whose origin may not call this server, so its browser let nothing through.`,
    nextStep: (given) =>
      `If people use that page as their client, add ${given.story.failure?.step.detail ?? 'its origin'} to allowedOrigins.`,
  },
  {
    code: 'challenge_ignored',
    title: 'Challenged, and nothing more',
    seen: 'The MCP server was asked without a token, and no metadata was asked for afterwards',
    party: 'your_edge',
    fix: 'See whether a proxy takes WWW-Authenticate out of answers, turns 401 into another status, or keeps /.well-known for itself: portcullis doctor tells. A monitor that only looks whether the server is up should ask /healthz.',
    evidence(given) {
      if (!isStuckAt(given, 'asked') || countOf(given.story, 'metadata_missing') > 0) return undefined
      const times = countOf(given.story, 'challenged')
      return [
        `${times === 1 ? 'One request was' : `${times} requests were`} answered with 401 and the address of the metadata.`,
        `Nobody from there asked for metadata in ${spanOf(given.waited)}.`,
      ]
    },
    // What is known to be no client that signs in, and what nobody knows, may well be a monitor.
    whose: ({ client }) => (client.profile === undefined ? 'the_client' : 'your_edge'),
    sentence: (given) =>
      given.client.profile === undefined
        ? `Something asked the MCP server without a token and never looked for a way to sign in: a monitor, or a client that does not do OAuth.`
        : `${Name(given)} was told to sign in and never looked at the metadata: either the answer was changed on its way, or /.well-known is not let through to this server.`,
  },
  {
    code: 'metadata_rejected',
    title: 'Metadata read, and nothing more',
    seen: 'Metadata was fetched, or looked for where there is none, and then the client neither registered nor opened a browser',
    party: 'the_client',
    fix: 'Give the client exactly the public URL: many compare it with `resource` in the metadata byte for byte. portcullis doctor says which clients stop at what.',
    evidence(given) {
      const hasLooked = countOf(given.story, 'metadata_missing') > 0
      if (!isStuckAt(given, 'found_resource', 'found_server', ...(hasLooked ? (['nowhere', 'asked'] as const) : [])))
        return undefined
      const { story, server, client } = given
      const asked = askedElsewhere(given)
      const missing = [
        ...new Set(story.all.filter(({ step }) => step.code === 'metadata_missing').map(({ entry }) => entry.path)),
      ]
      const comparison = client.profile?.protectedResource?.comparison?.value
      return [
        isBefore(story.stage, 'found_resource')
          ? 'It found no metadata where it looked.'
          : story.stage === 'found_resource'
            ? 'It read the metadata of the MCP server, and not that of the authorization server.'
            : 'It read the metadata of the authorization server, and did not register.',
        ...(asked === undefined ? [] : [`It asked at ${asked}, and the metadata names ${server.publicUrl}.`]),
        ...(comparison === 'exact' ? [`${given.name} compares the two byte for byte.`] : []),
        ...missing.map((path) => `It also looked at ${path}, where there is nothing.`),
      ]
    },
    sentence: (given) =>
      isBefore(given.story.stage, 'found_resource')
        ? `${Name(given)} looked for metadata in other places than those where it is.`
        : given.story.stage === 'found_resource'
          ? `${Name(given)} read the metadata of this server and stopped: it does not take it for that of the URL that was typed into it.`
          : `${Name(given)} read the metadata of the authorization server and stopped there: it found no way in that it knows.`,
    whose: (given) => (askedElsewhere(given) === undefined ? 'the_client' : 'the_person'),
    nextStep: ({ server }) =>
      `Compare what stands in the client with ${server.publicUrl}, byte for byte, slash at the end included. Then run portcullis doctor ${server.publicUrl}: it says at what each client stops.`,
  },
  {
    code: 'registration_refused',
    title: 'The registration was refused',
    seen: 'The client asked to be registered, and was refused',
    party: 'the_client',
    fix: 'Read why in the evidence. `unauthorized`: registration is closed, and the client has no initial access token; make the client with portcullis clients create. `rate_limited`: raise limits.registrationsPerHour, or set trustedProxies so that not everybody counts as one caller.',
    evidence(given) {
      const failed = failedWith(given, 'registration_refused', 'device_refused', 'push_refused')
      return failed && [`Refused: ${failed.step.reason}.`, ...said(failed.step.detail)]
    },
    whose: ({ story }) =>
      story.failure?.step.reason === 'unauthorized' || story.failure?.step.reason === 'rate_limited'
        ? 'your_server'
        : 'the_client',
    sentence: (given) =>
      given.story.failure?.step.reason === 'unauthorized'
        ? `${Name(given)} wanted to register, and registration is closed here.`
        : given.story.failure?.step.reason === 'rate_limited'
          ? `${Name(given)} wanted to register, and there were too many from its network address.`
          : `${Name(given)} asked for something that is not given here.`,
  },
  {
    code: 'browser_never_opened',
    title: 'Registered, and no browser came',
    seen: 'The client registered, and nobody’s browser arrived at /authorize',
    party: 'the_client',
    fix: 'Press “connect” or “authenticate” in the client: some register as soon as they know the address, and open the browser only then. If no window opens, it could not start one.',
    evidence: (given) =>
      isStuckAt(given, 'registered')
        ? [`No browser came in the ${spanOf(given.waited)} since the client was registered.`]
        : undefined,
    sentence: (given) => `${Name(given)} registered and never sent anybody’s browser to sign in.`,
  },
  {
    code: 'registered_twice',
    title: 'Registered again and again',
    seen: 'One attempt registered several clients',
    party: 'the_client',
    fix: 'Nothing: it costs nothing, and clients that nobody let in are forgotten. Client documents (clientDocuments.enabled) spare it for clients that can.',
    evidence(given) {
      const registered = given.attempt.clientIds.length
      const isAgain = countOf(given.story, 'registered') > 1 && registered > 1
      return isAgain ? [`It registered ${registered} times in this attempt; the last one counts.`] : undefined
    },
    sentence: (given) => `${Name(given)} registered several times for one connection, as some clients do.`,
  },
]

/** The path at which the MCP server was asked, where that is none of its own. */
function askedElsewhere({ server, story }: Case): string | undefined {
  const asked = story.all.find(({ step }) => step.code === 'challenged')?.entry.path
  return server.served.some((url) => new URL(url).pathname === asked) ? undefined : asked
}
