import type { ServerResponse } from 'node:http'
import { createBrand, type Html, html, page } from '@portcullis/auth/authorization-server'
import { sendResponse } from '@portcullis/auth/node'

/** How the portal's pages look, and those of its authorization server. */
export const branding = { name: 'Folio', color: '#0f6b52' } as const

/** How the portal frames its pages, at its own address. */
export type Frame = (res: ServerResponse, page: { title: string; body: Html; status?: number }) => Promise<void>

/** A page is one card: right on a telephone, with no script, and with the headers of a page that asks for trust. */
export function createFrame(origin: string): Frame {
  const brand = createBrand(branding, origin)
  return (res, { title, body, status = 200 }) =>
    sendResponse(page({ title, body, status, brand, formActionSources: [] }), res)
}

/** A labelled field. */
export function field(label: string, attributes: Html): Html {
  return html`<p class="field"><label>${label} <input ${attributes}></label></p>`
}

/** What went wrong, where something did. */
export function problemNote(problem: string | undefined): Html | undefined {
  return problem === undefined ? undefined : html`<p class="note bad" role="alert">${problem}</p>`
}
