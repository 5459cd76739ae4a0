/** Written into the bundle when it is made: a worker has them before its first request. */
declare const RESOURCE: string
declare const ISSUER: string

export const resource = RESOURCE
export const issuer = ISSUER
export const scope = 'notes:read'
