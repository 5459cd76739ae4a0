/** A path or a URL as a log may show it: what stands in the place of a dev link's secret is masked (law 11). */
export function redactDevLink(target: string): string {
  return target.replace(/(\/dev\/)[^/?#]+/g, '$1[redacted]')
}
