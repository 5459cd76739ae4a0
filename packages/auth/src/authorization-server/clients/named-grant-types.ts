import type { ClientRecord } from '../records.ts'

/** Whether the client may come by this grant type, as far as its own grant types say (RFC 7591 §2); the grant types that need no person ask `privileges` too. */
export function mayUse({ namesGrantTypes, grantTypes }: ClientRecord, grantType: string): boolean {
  return namesGrantTypes === undefined || grantTypes.some((named) => named === grantType)
}
