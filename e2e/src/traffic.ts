import type { Page, Request, Response } from 'playwright-core'

/** What a page loads, and what the browser complains of. */
export interface Traffic {
  /** The answer that the page shown came with. */
  document(): Response
  /** Everything that the page shown asked for, itself first. */
  requests(): readonly Request[]
  /** Errors on the console since this was last asked, violations of policies included; that the page itself came with a status of 400 or more is none. */
  takeErrors(): readonly string[]
}

export function watchTraffic(page: Page): Traffic {
  let document: Response | undefined
  let requests: Request[] = []
  const errors: string[] = []
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) requests = []
    requests.push(request)
  })
  page.on('response', (response) => {
    const request = response.request()
    if (request.isNavigationRequest() && response.frame() === page.mainFrame()) document = response
  })
  page.on('console', (message) => {
    const text = message.text()
    const isOfPage = failedToLoad.test(text) && message.location().url === document?.url()
    if (['error', 'warning'].includes(message.type()) && !isOfPage) errors.push(text)
  })
  page.on('pageerror', (error) => errors.push(error.message))
  return {
    document() {
      if (document === undefined) throw new Error('No page was opened yet')
      return document
    },
    requests: () => requests,
    takeErrors: () => errors.splice(0),
  }
}

const failedToLoad = /^Failed to load resource: the server responded with a status of [45]/
