import type { Branding } from '@portcullis/auth/authorization-server'
import type { Configuration } from '../config/configuration.ts'

/** `undefined` where pages look as they do by themselves. */
export function brandingOf({ branding: { color, logo, support } }: Configuration): Branding | undefined {
  const branding = {
    ...(color !== undefined && { color }),
    ...(logo !== undefined && { logo }),
    ...(support !== undefined && { support }),
  }
  return Object.keys(branding).length === 0 ? undefined : branding
}
