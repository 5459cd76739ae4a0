/** A path of ours, or the front page: a link to sign in must not lead elsewhere afterwards. */
export function ownPath(to: unknown, origin: string): string {
  if (typeof to !== 'string' || !to.startsWith('/') || !URL.canParse(to, origin)) return '/'
  const url = new URL(to, origin)
  // "/.//evil.example" is a path here, and "//evil.example", which is left of it, another host to the browser.
  return url.origin === origin && !url.pathname.startsWith('//') ? url.pathname + url.search : '/'
}
