import { AuthError } from 'next-auth'
import { signIn } from '../../../lib/auth.ts'
import { ownPath } from '../../../lib/own-path.ts'
import { settings } from '../../../lib/settings.ts'

/** A form of the sign-in page: with name and password, or to the page of a provider. */
export async function POST(request: Request, { params }: { params: Promise<{ provider: string }> }): Promise<Response> {
  const { origin } = settings()
  // A page of another site could otherwise sign people in as somebody else.
  if (request.headers.get('origin') !== origin) return new Response('This form is not ours', { status: 403 })
  const { provider } = await params
  const form = await request.formData()
  const to = ownPath(form.get('to'), origin)
  try {
    if (provider !== 'credentials')
      return seeOther(await signIn(provider, { redirect: false, redirectTo: to }, freshly))
    const { username, password } = Object.fromEntries(form)
    await signIn('credentials', { username, password, redirect: false })
    return seeOther(to)
  } catch (cause) {
    if (!(cause instanceof AuthError)) throw cause
    return seeOther(`/sign-in?${new URLSearchParams({ to, again: '1', error: cause.type })}`)
  }
}

/** Who is sent to a provider is asked there who they are, also where that knows somebody already. */
const freshly = { prompt: 'login' }

function seeOther(location: string): Response {
  return new Response(undefined, { status: 303, headers: { location } })
}
