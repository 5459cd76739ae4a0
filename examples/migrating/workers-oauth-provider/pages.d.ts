import type { ConsentDescription } from '@cloudflare/workers-oauth-provider'

/** What is the application's own in both: its users, and here its consent page too. */
export declare function signedInUser(request: Request): Promise<{ id: string }>
export declare function consentPage(details: ConsentDescription, handle: string): string
