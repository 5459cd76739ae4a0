export type { DevLinkOptions, DevLinksOptions } from './config.ts'
export { createDevLinks, type DevLink, type DevLinks, type NewDevLink, type ReceivedRequest } from './dev-links.ts'
export type { DevLinkKinds, DevLinkRecord } from './records.ts'
export { redactDevLink } from './redact.ts'
