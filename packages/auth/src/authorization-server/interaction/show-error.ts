import type { OAuthError } from '../../protocol/oauth-error.ts'
import type { AuthorizationRefusal } from '../../protocol/refusals.ts'
import type { ServerContext } from '../context.ts'
import { authorizationRefusalOf } from './authorization-refused-error.ts'
import type { ProvedClient } from './authorization-request.ts'
import { hardenedPage } from './hardened-page.ts'
import type { InteractionError } from './interaction.ts'
import { errorPage } from './pages.ts'

/**
 * Shows a refusal to the person, with the id of the request, by which the operator finds it among the events. `back`: where a link leads to the
 * client, which is proved then.
 */
export async function showError(
  error: OAuthError,
  { requestId, proved, back }: { requestId: string; proved?: ProvedClient; back?: string | undefined },
  { options }: Pick<ServerContext, 'options'>,
): Promise<Response> {
  const reason = authorizationRefusalOf(error)
  options.onEvent({
    type: 'authorization_refused',
    reason,
    detail: error.message,
    shown: 'page',
    requestId,
    ...(proved !== undefined && { clientId: proved.clientId }),
  })
  return pageFor(error, { nextStep: nextSteps[reason], requestId, back }, { options })
}

/** The page of a refusal that was told already. A page of the host's own that fails is told, and ours stands in. */
export async function pageFor(
  { code, status, message }: OAuthError,
  { nextStep, requestId, back }: { nextStep: string; requestId: string; back?: string | undefined },
  { options }: Pick<ServerContext, 'options'>,
): Promise<Response> {
  const [only, ...others] = options.resources
  const shown: InteractionError = {
    code,
    status: code === 'invalid_client' ? 400 : status, // 401 would want a challenge, and this is a page
    description: message,
    nextStep,
    ...(back !== undefined && { back }),
    ...(only !== undefined && others.length === 0 && { server: only.name ?? new URL(only.resource).host }),
    id: requestId,
  }
  const { interaction, brand, onEvent } = options
  try {
    if (interaction.error !== undefined) return hardenedPage(await interaction.error(shown))
  } catch (cause) {
    onEvent({ type: 'failure', operation: 'error page', cause })
  }
  return errorPage(shown, brand)
}

const again = 'Go back to the application and start again.'
const tellMakers = `${again} If it happens again, tell the makers of the application.`
const waitAndTry = 'Try again in a minute. If it stays like this, tell whoever runs this server.'

/** What a person can do about each. */
const nextSteps: Readonly<Record<AuthorizationRefusal, string>> = {
  malformed_request: tellMakers,
  // A document that cannot stand is among them, which its makers alone can mend.
  unknown_client:
    'Remove this server in the application and add it again, so that it registers anew. If that does not help, tell the makers of the application.',
  client_unavailable: waitAndTry,
  unregistered_redirect_uri:
    'Remove this server in the application and add it again. If that does not help, tell the makers of the application.',
  unsupported_response_type: tellMakers,
  wrong_code_challenge: tellMakers,
  wrong_resource: tellMakers,
  wrong_scope: tellMakers,
  foreign_form: again,
  wrong_form: again,
  used_form: again,
  not_compared:
    'Go back, compare the code with the one on the device in front of you, and say so. If they differ, deny.',
  signed_out: again,
  login_required: again,
  wrong_id_token_hint: tellMakers,
  consent_required: again,
  denied_by_host:
    'If you need this, ask whoever runs this server. You can close this page, or go back to the application.',
  unauthorized_client: 'Remove this server in the application and add it again, so that it registers anew.',
  failure: waitAndTry,
}
