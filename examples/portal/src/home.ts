import { html } from '@portcullis/auth/authorization-server'
import { type Response, Router, urlencoded } from 'express'
import { z } from 'zod'
import { type Frame, field, problemNote } from './frame.ts'
import { holding, type Portfolios } from './portfolio.ts'
import type { Sessions } from './sessions.ts'
import { signedIn, whoIs } from './signed-in.ts'

export interface HomeOptions {
  origin: string
  sessions: Sessions
  portfolios: Portfolios
  hasDevLinks: boolean
  frame: Frame
}

/** What people do here themselves: the same portfolio that tools read and change. */
export function homePages({ origin, sessions, portfolios, hasDevLinks, frame }: HomeOptions): Router {
  const router = Router()

  router.get('/', signedIn(sessions), (_req, res) => showHome(res))

  router.post('/holdings', signedIn(sessions), urlencoded({ extended: false }), (req, res) => {
    const wanted = holding.safeParse(req.body)
    if (!wanted.success) return showHome(res, z.prettifyError(wanted.error))
    portfolios.set(whoIs(res).user.id, wanted.data)
    return res.redirect(303, '/')
  })

  router.get('/connect', (_req, res) =>
    frame(res, {
      title: 'Connect an application',
      body: html`<h1>Connect an application</h1>
<p>Add this address to Claude, ChatGPT, VS Code or any other MCP client. It sends you here to sign in, and asks before it gets anything.</p>
<pre><code>${origin}/mcp</code></pre>
<h2>Claude Code</h2><pre><code>claude mcp add --transport http folio ${origin}/mcp</code></pre>
<h2>Codex</h2><pre><code>codex mcp add folio --url ${origin}/mcp</code></pre>
<h2>Clients that can only start a program</h2><pre><code>node examples/portal/src/connect/folio-mcp.ts ${origin}/mcp</code></pre>
<p class="after"><a href="/">Your portfolio</a></p>`,
    }),
  )

  function showHome(res: Response, problem?: string): Promise<void> {
    const { user } = whoIs(res)
    const held = portfolios.list(user.id)
    return frame(res, {
      title: 'Your portfolio',
      status: problem === undefined ? 200 : 422,
      body: html`<h1>Your portfolio</h1><p class="soft">Signed in as <bdi>${user.name}</bdi></p>${problemNote(problem)}
${
  held.length === 0
    ? html`<p>You hold nothing yet.</p>`
    : html`<ul class="rows">${held.map(
        ({ symbol, units }) => html`<li><div><b>${symbol}</b><small>${units} units</small></div>
<form method="post" action="/holdings"><input type="hidden" name="symbol" value="${symbol}"><input type="hidden" name="units" value="0"><button class="plain small" aria-label="Remove ${symbol}">Remove</button></form></li>`,
      )}</ul>`
}
<h2>Add or change</h2>
<form method="post" action="/holdings">${field('Symbol', html`name="symbol" required maxlength="12" autocapitalize="characters" autocomplete="off"`)}
${field('Units', html`name="units" required inputmode="decimal" autocomplete="off"`)}<button>Save</button></form>
<h2>Applications</h2>
<p><a href="/connect">Connect an application</a></p><p><a href="/applications">Your applications</a></p>${hasDevLinks ? html`<p><a href="/dev-links">Dev links</a></p>` : undefined}
<form class="after" method="post" action="/sign-out"><button class="plain">Sign out</button></form>`,
    })
  }

  return router
}
