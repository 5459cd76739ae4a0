/** One dev link. Its id is a hash of the secret in its URL, which is stored nowhere. */
export interface DevLinkRecord {
  subject: string
  scope: readonly string[]
  createdAt: number
}

/** What a store must keep for dev links; it may keep other kinds besides. */
export type DevLinkKinds = {
  devLink: { value: DevLinkRecord; index: 'subject' }
}
