import { html } from '@portcullis/auth/authorization-server'
import { Hono } from 'hono'
import { linkPaths } from '../accounts/links.ts'
import { connectLines } from './connect.ts'
import type { PagesContext, PagesEnv } from './context.ts'
import { requireOwnForm } from './form.ts'
import { acceptGrantEnd, acceptSignOut, showHome } from './home.ts'
import { acceptLink, showLink } from './one-time-links.ts'
import { problemPage } from './problem.ts'
import { acceptDevSignIn, acceptSignIn, showContinue, showSignIn } from './sign-in.ts'

/** The pages of accounts, all under `/account`. */
export interface Pages {
  /** Answers a request whose host was looked at already. `clientAddress` is what limits count by. */
  fetch(request: Request, info?: { clientAddress?: string }): Promise<Response>
}

type Handler = (request: Request, clientAddress: string) => Promise<Response>

export function createPages(context: PagesContext): Pages {
  const app = new Hono<PagesEnv>()
  app.use(requireOwnForm(context))
  for (const [path, { get, post }] of Object.entries(routesOf(context))) {
    if (get !== undefined) app.get(path, (c) => get(c.req.raw, c.env.clientAddress ?? 'unknown'))
    if (post !== undefined) app.post(path, (c) => post(c.req.raw, c.env.clientAddress ?? 'unknown'))
    app.all(path, () =>
      wrongMethod(
        [get && 'GET', get && 'HEAD', post && 'POST'].filter((method) => method !== undefined),
        context,
      ),
    )
  }
  app.notFound(() => notFound(context))
  app.onError((cause, c) => {
    if (!hasLeft(cause)) context.onEvent({ type: 'page_failed', path: c.req.path, cause })
    return failure(context)
  })
  return { fetch: async (request, info = {}) => app.fetch(request, info) }
}

function routesOf(context: PagesContext): Record<string, { get?: Handler; post?: Handler }> {
  return {
    '/': { get: async () => new Response(undefined, { status: 302, headers: { location: '/account' } }) },
    '/account': { get: (request) => showHome(request, context) },
    '/account/sign-in': {
      get: (request) => showSignIn(request, context),
      post: (request, clientAddress) => acceptSignIn(request, context, clientAddress),
    },
    '/account/dev-sign-in': { post: (request) => acceptDevSignIn(request, context) },
    '/account/continue': { get: (request) => showContinue(request, context) },
    '/account/sign-out': { post: (request) => acceptSignOut(request, context) },
    '/account/grants/end': { post: (request) => acceptGrantEnd(request, context) },
    ...Object.fromEntries(
      (['owner', 'invitation', 'reset'] as const).map((purpose) => [
        linkPaths[purpose],
        {
          get: (request: Request) => showLink(purpose, request, context),
          post: (request: Request) => acceptLink(purpose, request, context),
        },
      ]),
    ),
  }
}

/** Whether the browser left within its form: no failure of ours, or anybody could fill the log with them. */
function hasLeft(cause: Error): boolean {
  return 'code' in cause && cause.code === 'ECONNRESET'
}

function notFound(context: PagesContext): Response {
  return problemPage(
    {
      status: 404,
      title: 'There is no such page',
      description: html`The address leads nowhere here. <bdi>${context.server.name}</bdi> is an MCP server: people use it with an MCP client.`,
      nextStep: html`Check the address, go to <a href="/account">your account</a>, or add <code>${context.server.publicUrl}</code> to your client:`,
      more: connectLines(context.server),
    },
    context,
  )
}

function wrongMethod(methods: readonly string[], context: PagesContext): Response {
  return problemPage(
    {
      status: 405,
      title: 'This address is not for that',
      description: 'The page cannot be asked in this way.',
      nextStep: html`Open <a href="/account">your account</a> in a browser and use what stands on the page.`,
      headers: { allow: methods.join(', ') },
    },
    context,
  )
}

function failure(context: PagesContext): Response {
  return problemPage(
    {
      status: 500,
      title: 'Something is not working here',
      description: 'The fault is ours, not yours.',
      nextStep: 'Try again in a minute. If it stays like this, tell whoever runs this server.',
    },
    context,
  )
}
