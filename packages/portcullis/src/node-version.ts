/** Why the program cannot run on this version of Node, and what to do; `undefined` when it can. */
export function whyNotNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 19)) return undefined
  return `Portcullis needs Node 22.19 or newer, and this is Node ${version}: install a newer one from https://nodejs.org.`
}
