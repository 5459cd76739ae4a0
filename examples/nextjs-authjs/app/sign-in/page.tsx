import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { auth } from '../../lib/auth.ts'
import { ownPath } from '../../lib/own-path.ts'
import { settings } from '../../lib/settings.ts'

export const metadata: Metadata = { title: 'Sign in' }

export default async function SignIn({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const { to: wanted, again, error } = await searchParams
  const { origin, hasGitHub, oidc } = settings()
  const to = ownPath(wanted, origin)
  if (again === undefined && (await auth()) !== null) redirect(to)
  return (
    <main className="narrow">
      <h1>Sign in</h1>
      {error !== undefined && (
        <p role="alert" className="problem">
          That did not work. Look at name and password, or try again in a minute.
        </p>
      )}
      {/* Plain forms: they work without scripts, and lead to pages that are not of this application’s router. */}
      <form method="post" action="/sign-in/credentials">
        <input type="hidden" name="to" value={to} />
        <label>
          Name
          <input name="username" autoComplete="username" required maxLength={100} />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required maxLength={1000} />
        </label>
        <button type="submit">Sign in</button>
      </form>
      {hasGitHub && <Elsewhere provider="github" name="GitHub" to={to} />}
      {oidc !== undefined && <Elsewhere provider="oidc" name={oidc.name} to={to} />}
    </main>
  )
}

function Elsewhere({ provider, name, to }: { provider: string; name: string; to: string }) {
  return (
    <form method="post" action={`/sign-in/${provider}`}>
      <input type="hidden" name="to" value={to} />
      <button type="submit" className="quiet">
        Go on with {name}
      </button>
    </form>
  )
}
