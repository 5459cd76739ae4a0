import { messageOf } from '../net/message-of.ts'
import { readText } from '../net/read-text.ts'
import type { SignInOptions } from './config.ts'
import { unavailable } from './sign-in-failure.ts'

/** `fetch`, as `oauth4webapi` calls it. */
export type UpstreamFetch = (
  url: string,
  init: { method: string; headers?: Record<string, string>; body?: BodyInit | null | undefined },
) => Promise<Response>

const largest = 524_288 // characters; a hundred times what any of them answers

/**
 * How identity providers are asked: within a time, for so much and no more, and at the address that was meant. Throws `SignInFailure` `unavailable`
 * for whatever is an outage; every other answer is passed on, read.
 */
export function createBoundedFetch({
  fetch,
  timeout,
}: {
  fetch: NonNullable<SignInOptions['fetch']>
  timeout: number
}): UpstreamFetch {
  return async (url, { method, headers = {}, body }) => {
    const host = new URL(url).host
    const response = await answerOf(
      () =>
        fetch(url, {
          method,
          headers,
          body: body ?? null,
          redirect: 'manual',
          signal: AbortSignal.timeout(timeout * 1000),
        }),
      host,
    )
    const { status } = response
    if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
      response.body?.cancel().catch(() => {})
      throw unavailable(
        `${host} redirects, which is not followed: the identity provider is configured at another address`,
      )
    }
    const text = await answerOf(() => readText(response, host, largest), host)
    if (status >= 500 || status === 429) throw unavailable(`${host} answered ${status}`, { told: text })
    return new Response(status === 204 || status === 205 ? null : text, { status, headers: response.headers })
  }
}

async function answerOf<Answer>(ask: () => Promise<Answer>, host: string): Promise<Answer> {
  try {
    return await ask()
  } catch (cause) {
    const isLate = cause instanceof Error && cause.name === 'TimeoutError'
    throw unavailable(isLate ? `${host} did not answer in time` : `${host} cannot be asked`, {
      told: messageOf(cause),
      cause,
    })
  }
}
