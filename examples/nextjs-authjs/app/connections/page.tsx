import type { Metadata } from 'next'
import { revalidatePath } from 'next/cache'
import { authorizationServer } from '../../lib/authorization-server.ts'
import { viewerOf } from '../../lib/viewer.ts'

export const metadata: Metadata = { title: 'Who has access' }

export default async function Connections() {
  const { id } = await viewerOf('/connections')
  const grants = await authorizationServer().grants.list({ subject: id })
  return (
    <main>
      <h1>Who has access</h1>
      <ul className="list">
        {grants.map(({ grantId, clientName, scope }) => (
          <li key={grantId}>
            <span>
              {clientName ?? 'A client without a name'} <small>{scope.join(' ')}</small>
            </span>
            <form action={end}>
              <button type="submit" name="grant" value={grantId} className="quiet">
                Take it back
              </button>
            </form>
          </li>
        ))}
      </ul>
      {grants.length === 0 && <p>Nobody but you.</p>}
      <a href="/">Back to your notes</a>
    </main>
  )
}

async function end(form: FormData): Promise<void> {
  'use server'
  const { id: subject } = await viewerOf('/connections')
  const server = authorizationServer()
  const grants = await server.grants.list({ subject })
  // Of theirs alone: the form says whatever whoever sends it likes.
  const grant = grants.find(({ grantId }) => grantId === form.get('grant'))
  if (grant !== undefined) await server.endGrant(grant.grantId, 'revoked_by_resource_owner')
  revalidatePath('/connections')
}
