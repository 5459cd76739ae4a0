import type { ConsoleContext } from './context.ts'
import type { Viewer } from './viewer.ts'

/** A page of the console, for whoever may see it. */
export type Page = (request: Request, viewer: Viewer, context: ConsoleContext) => Promise<Response>
