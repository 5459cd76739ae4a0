import type { Riddle } from '../riddle.ts'
import { countOf, lastOf } from '../story.ts'
import { failedWith, isStuckAt, Name, said, spanOf } from './seen.ts'

/** While a person is asked: from the browser's arrival to the answer. */
export const peopleRiddles: readonly Riddle[] = [
  {
    code: 'client_document_unreachable',
    title: 'The document that describes the client cannot be read',
    seen: 'A client came with the URL of a document, and the document could not be fetched',
    party: 'your_edge',
    fix: 'Let this machine out to the document’s host over https: curl -sS URL shows what comes back. Behind a firewall, allow that host, or set clientDocuments.enabled to false so that clients register instead.',
    evidence(given) {
      const failed = failedWith(given, 'document_failed')
      const refused = failedWith(given, 'authorization_refused')
      const document = failed ?? (refused && lastOf(given.story, 'document_failed'))
      const isIt = failed !== undefined || refused?.step.reason === 'client_unavailable'
      return isIt ? ['Nothing of the document is kept from before.', ...said(document?.step.detail)] : undefined
    },
    sentence: (given) => `${Name(given)} is described by a document that this server could not fetch.`,
  },
  {
    code: 'stale_client',
    title: 'The client uses an identifier that is gone',
    seen: 'Nobody is registered under the identifier that the client kept',
    party: 'the_client',
    fix: 'Remove the server in the client and add it again. If everybody has this at once, the database was lost or changed: restore it from the backup, since all people would have to do so.',
    evidence(given) {
      const failed = failedWith(given, 'authorization_refused', 'token_refused', 'push_refused', 'device_refused')
      const isIt = failed?.step.reason === 'unknown_client' || failed?.step.reason === 'unauthorized_client'
      return failed !== undefined && isIt
        ? [
            `It named the client ${given.attempt.clientIds.at(-1) ?? '(none)'}, which is not registered here.`,
            ...said(failed.step.detail),
          ]
        : undefined
    },
    sentence: (given) => `${Name(given)} uses a registration from before that this server does not have any more.`,
  },
  {
    code: 'authorization_refused',
    title: 'The authorization request was refused',
    seen: 'The browser arrived with a request that cannot stand',
    party: 'the_client',
    fix: 'Read why in the evidence, and tell the makers of the client. `wrong_resource`: the client was given another URL than the public one. `unregistered_redirect_uri`: remove the server in the client and add it again.',
    evidence(given) {
      const failed = failedWith(given, 'authorization_refused', 'client_keys_failed')
      return failed && [`Refused: ${failed.step.reason}.`, ...said(failed.step.detail)]
    },
    whose: ({ story }) =>
      story.failure?.step.reason === 'denied_by_host' || story.failure?.step.reason === 'failure'
        ? 'your_server'
        : 'the_client',
    sentence: (given) => `${Name(given)} sent the browser with a request that was refused.`,
  },
  {
    code: 'identity_provider_unavailable',
    title: 'The identity provider does not answer',
    seen: 'The person was to sign in elsewhere, and that did not answer',
    party: 'your_identity_provider',
    fix: 'See whether the identity provider is up and whether this machine reaches it; its issuer and client secret stand in the configuration.',
    evidence(given) {
      const failed = failedWith(given, 'identity_unavailable')
      return failed && ['The identity provider did not answer as it should.', ...said(failed.step.detail)]
    },
    sentence: () => 'The person wanted to sign in, and the identity provider could not be asked.',
  },
  {
    code: 'identity_provider_refused',
    title: 'The identity provider, or a rule about its people, said no',
    seen: 'The person came back from the identity provider without being let in',
    party: 'your_identity_provider',
    fix: 'Read why in the evidence. A rule of yours: change who may come in. A refusal of the identity provider: its own log says more, and the application registered there must allow this person and our callback address.',
    evidence(given) {
      const failed = failedWith(given, 'identity_refused')
      return failed && [`Refused: ${failed.step.reason ?? 'no reason given'}.`, ...said(failed.step.detail)]
    },
    sentence: () => 'The person signed in at the identity provider and was not let in.',
  },
  {
    code: 'sign_in_unfinished',
    title: 'The sign-in was never finished',
    seen: 'The sign-in page was shown, and nobody signed in',
    party: 'the_person',
    fix: 'Ask the person to try again; who has no account, or forgot the password, needs a link: portcullis users invite, or portcullis users reset.',
    evidence(given) {
      const isLate = failedWith(given, 'sign_in_refused') !== undefined && given.isOverdue
      if (!isLate && !isStuckAt(given, 'arrived', 'at_sign_in', 'signed_in')) return undefined
      if (given.story.all.some(({ step }) => step.code === 'device_started') && countOf(given.story, 'signed_in') === 0)
        return undefined
      const refusals = countOf(given.story, 'sign_in_refused')
      const lost = lastOf(given.story, 'request_refused')?.step.reason === 'cookie_not_kept'
      return [
        `Nothing came from the browser in ${spanOf(given.waited)}.`,
        ...(refusals > 0
          ? [`${refusals === 1 ? 'One sign-in was' : `${refusals} sign-ins were`} refused before.`]
          : []),
        ...(lost ? ['The browser did not keep the cookie of the sign-in.'] : []),
      ]
    },
    sentence: (given) =>
      given.story.stage === 'signed_in'
        ? 'The person signed in, and the browser never came back for the consent page.'
        : 'The person was shown the sign-in page and did not get through it.',
  },
  {
    code: 'consent_denied',
    title: 'The person said no',
    seen: 'The consent page was answered with “deny”',
    party: 'the_person',
    fix: 'Nothing to mend. If it was a mistake, connect again in the client.',
    evidence: (given) =>
      failedWith(given, 'consent_denied') ? ['The consent page was answered with “deny”.'] : undefined,
    sentence: (given) => `The person did not want to give ${given.name} access.`,
  },
  {
    code: 'consent_unanswered',
    title: 'The consent page was never answered',
    seen: 'The consent page was shown, and nobody pressed a button',
    party: 'the_person',
    fix: 'Ask the person to connect again, and to press “allow” on the page that opens; a window behind others is easily missed.',
    evidence: (given) =>
      isStuckAt(given, 'at_consent')
        ? [`The consent page has been open for ${spanOf(given.waited)} without an answer.`]
        : undefined,
    sentence: (given) => `The person was asked whether ${given.name} may have access, and never answered.`,
  },
  {
    code: 'device_code_not_typed',
    title: 'Nobody typed the code of the device',
    seen: 'A device shows a code, and nobody entered it at /device',
    party: 'the_person',
    fix: 'Start the sign-in on the device again, open /device in a browser, and type the code there within its lifetime (devices.lifetime).',
    evidence: (given) =>
      isStuckAt(given, 'arrived') && given.story.all.some(({ step }) => step.code === 'device_started')
        ? [`The code was shown ${spanOf(given.waited)} ago.`]
        : undefined,
    sentence: (given) => `${Name(given)} shows a code that nobody has typed.`,
  },
]
