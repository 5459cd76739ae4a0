import { type AuthorizationServer, html, whoAsks } from '@portcullis/auth/authorization-server'
import { Router, urlencoded } from 'express'
import type { Frame } from './frame.ts'
import type { Sessions } from './sessions.ts'
import { signedIn, whoIs } from './signed-in.ts'

export interface ApplicationsOptions {
  authorizationServer: AuthorizationServer
  sessions: Sessions
  frame: Frame
}

/** Who has access in a person's name, and how they take it back. */
export function applicationPages({ authorizationServer, sessions, frame }: ApplicationsOptions): Router {
  const router = Router()

  router.get('/applications', signedIn(sessions), async (_req, res) => {
    const connected = await authorizationServer.grants.list({ subject: whoIs(res).user.id })
    await frame(res, {
      title: 'Your applications',
      body: html`<h1>Your applications</h1>
${
  connected.length === 0
    ? html`<p>No application has access to your portfolio.</p>`
    : html`<ul class="rows">${connected.map(
        ({
          grantId,
          clientId,
          clientName: name,
          destination: host,
          identity,
          scope,
          usedAt,
        }) => html`<li><div>${whoAsks({ clientId, ...(name !== undefined && { name }), ...(host !== undefined && { host }), identity })}
<small>${scope.join(', ')}</small><small>Last used ${new Date(usedAt * 1000).toUTCString()}</small></div>
<form method="post" action="/applications/end"><input type="hidden" name="grant" value="${grantId}"><button class="plain small">Take access back</button></form></li>`,
      )}</ul>`
}
<p class="after"><a href="/">Your portfolio</a></p>`,
    })
  })

  router.post('/applications/end', signedIn(sessions), urlencoded({ extended: false }), async (req, res) => {
    const grants = await authorizationServer.grants.list({ subject: whoIs(res).user.id })
    // Of this person: the form names any.
    const grant = grants.find(({ grantId }) => grantId === req.body?.grant)
    if (grant !== undefined) await authorizationServer.endGrant(grant.grantId, 'revoked_by_resource_owner')
    res.redirect(303, '/applications')
  })

  return router
}
