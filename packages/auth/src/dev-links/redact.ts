/**
 * Text as a log may show it: a path, a URL, or a whole line with either in it. What stands in the place of a dev link's secret is masked (law 11). Lines
 * of events need it too: a client that looks for metadata asks at an address that ends like the link.
 */
export function redactDevLink(text: string): string {
  return text.replace(/(\/dev\/)[\w-]+/g, '$1[redacted]')
}
