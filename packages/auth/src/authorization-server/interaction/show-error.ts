import type { OAuthError } from '../../protocol/oauth-error.ts'
import type { ServerContext } from '../context.ts'
import { errorPage } from './pages.ts'

/** Shows a refusal to the person, with the id of the request, by which the operator finds it among the events. */
export async function showError(
  error: OAuthError,
  requestId: string,
  { options }: Pick<ServerContext, 'options'>,
): Promise<Response> {
  options.onEvent({
    type: 'authorization_refused',
    reason: `${error.code}: ${error.message}`,
    shown: 'page',
    requestId,
  })
  const show = options.interaction.error ?? errorPage
  const status = error.code === 'invalid_client' ? 400 : error.status // 401 would want a challenge, and this is a page
  const [only, ...others] = options.resources
  return show({
    code: error.code,
    status,
    description: error.message,
    nextStep: nextStepOf(error),
    ...(only !== undefined && others.length === 0 && { server: only.name ?? new URL(only.resource).host }),
    id: requestId,
  })
}

function nextStepOf({ code }: OAuthError): string {
  switch (code) {
    case 'invalid_client':
      return 'Remove this server in the application and add it again, so that it registers anew.'
    case 'invalid_redirect_uri':
      return 'Remove this server in the application and add it again. If that does not help, tell the makers of the application.'
    case 'access_denied':
      return 'Go back to the application and start again.'
    case 'server_error':
    case 'temporarily_unavailable':
      return 'Try again in a minute. If it stays like this, tell whoever runs this server.'
    default:
      return 'Go back to the application and start again. If it happens again, tell the makers of the application.'
  }
}
