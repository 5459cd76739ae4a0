import { type Html, html, page } from '@portcullis/auth/authorization-server'
import type { PagesContext } from './context.ts'

/** A page of accounts that may have forms of ours, under its title. `status`: default 200. `scripts`: paths of ours. Default: none. */
export function titledPage(
  title: string,
  body: Html,
  { server }: Pick<PagesContext, 'server'>,
  { status = 200, scripts = [] }: { status?: number | undefined; scripts?: readonly string[] } = {},
): Response {
  return page({
    title,
    owner: server.name,
    brand: server.brand,
    status,
    formActionSources: [],
    scripts,
    body: html`<h1>${title}</h1>\n${body}`,
  })
}
