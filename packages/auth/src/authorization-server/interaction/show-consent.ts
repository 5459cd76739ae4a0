import type { ServerContext } from '../context.ts'
import { sealConsent } from './consent-form.ts'
import { aboutRequest, type Decided } from './decision.ts'
import { formActionSources } from './form-action.ts'
import { beganParameter } from './fresh-sign-in.ts'
import { hardenedPage } from './hardened-page.ts'
import type { ConsentRequest, SignedIn } from './interaction.ts'
import { consentPage } from './pages.ts'
import type { ReadRequest } from './read-request.ts'
import { choiceOf, isOfChoice } from './scope-choice.ts'

/** Fulfilled by then, or the form's own: a client that sent these would otherwise stand in the way of the person's answer. */
const notCarried = new Set(['prompt', 'max_age', 'login_hint', 'id_token_hint', beganParameter, 'consent', 'decision'])

/** All that the form carries of a request that was pushed. */
const carriedOfPushed = new Set(['client_id', 'request_uri', beganParameter])

/** Asks the person, by a form that carries the whole request and its seal. `problem`: what was wrong with the answer before. */
export async function showConsent(
  { authorization, isRemembered }: Decided,
  { parameters, pushed, own }: ReadRequest,
  { signedIn, problem }: { signedIn: SignedIn; problem?: ConsentRequest['problem'] },
  { options, derivedKeys }: ServerContext,
): Promise<Response> {
  const { client, redirectUri, target } = authorization
  const seal = await sealConsent(authorization, signedIn, derivedKeys, options.now())
  const isCarried = (name: string) => (pushed ? carriedOfPushed.has(name) : !notCarried.has(name) && !isOfChoice(name))
  const carried = [...own].filter(([name]) => isCarried(name))
  const resources = pushed ? [] : parameters.resource
  const { scope, ...about } = aboutRequest(authorization, signedIn, options)
  const { choice, ...scopes } = choiceOf(scope, target, problem)
  const request: ConsentRequest = {
    ...about,
    ...scopes,
    lifetime: client.grantTypes.includes('refresh_token') ? options.grantLifetime : options.accessTokenLifetime,
    rememberedFor: isRemembered ? options.consentLifetime : 0,
    form: {
      action: `${options.issuer.replace(/\/$/, '')}/authorize`,
      fields: [...carried, ...resources.map((resource) => ['resource', resource] as const), ['consent', seal]],
      ...(choice !== undefined && { choice }),
    },
    formActionSources: formActionSources(redirectUri),
  }
  const { interaction, brand } = options
  return interaction.consent === undefined
    ? consentPage(request, brand)
    : hardenedPage(await interaction.consent(request))
}
