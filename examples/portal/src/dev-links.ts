import { html } from '@portcullis/auth/authorization-server'
import type { DevLinks, NewDevLink } from '@portcullis/auth/dev-links'
import { type RequestHandler, type Response, Router, urlencoded } from 'express'
import type { Frame } from './frame.ts'
import type { Sessions } from './sessions.ts'
import { signedIn, whoIs } from './signed-in.ts'
import { scopes } from './tools.ts'

export interface DevLinkPagesOptions {
  devLinks: DevLinks
  sessions: Sessions
  frame: Frame
}

/** Where whoever develops a client makes a link that needs no sign-in, for hours, and takes it back. */
export function devLinkPages({ devLinks, sessions, frame }: DevLinkPagesOptions): Router {
  const router = Router()
  const fromHere: RequestHandler = (req, res, next) => {
    if (devLinks.isFromOwnMachine(req)) next()
    else res.status(403).type('text/plain').send('Dev links are for this machine alone')
  }

  router.get('/dev-links', fromHere, signedIn(sessions), (_req, res) => showLinks(res))

  router.post('/dev-links', fromHere, signedIn(sessions), urlencoded({ extended: false }), async (req, res) => {
    const isShort = req.body?.hours !== '8'
    const lifetime = isShort ? 3600 : 8 * 3600
    return showLinks(res, await devLinks.create({ subject: whoIs(res).user.id, scope: Object.keys(scopes), lifetime }))
  })

  router.post('/dev-links/end', fromHere, signedIn(sessions), urlencoded({ extended: false }), async (req, res) => {
    await devLinks.revoke({ id: String(req.body?.link), subject: whoIs(res).user.id })
    res.redirect(303, '/dev-links')
  })

  async function showLinks(res: Response, made?: NewDevLink): Promise<void> {
    const links = await devLinks.list(whoIs(res).user.id)
    return frame(res, {
      title: 'Dev links',
      body: html`<h1>Dev links</h1>
<p class="note warn">Whoever has such a link calls the tools as you, without signing in. It works on this machine alone, and for hours.</p>
${made === undefined ? undefined : html`<h2>Your new link</h2><p>Copy it now: it is shown once.</p><pre><code>${made.url}</code></pre>`}
${
  links.length === 0
    ? html`<p>You have none.</p>`
    : html`<ul class="rows">${links.map(
        ({
          id,
          expiresAt,
        }) => html`<li><div><code>${id.slice(0, 8)}</code><small>Until ${new Date(expiresAt * 1000).toUTCString()}</small></div>
<form method="post" action="/dev-links/end"><input type="hidden" name="link" value="${id}"><button class="plain small" aria-label="End the link ${id.slice(0, 8)}">End it</button></form></li>`,
      )}</ul>`
}
<h2>Make a link</h2><form method="post" action="/dev-links"><div class="choice"><button name="hours" value="1">For an hour</button><button class="plain" name="hours" value="8">For eight hours</button></div></form>
<p class="after"><a href="/">Your portfolio</a></p>`,
    })
  }

  return router
}
