/** Why the program cannot run on this version of Node (`engines` of its package.json), and what to do; `undefined` when it can. */
export function whyNotNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 19)) return undefined
  return `Portcullis needs Node 22.19 or newer, and this is ${version}: install a newer one (https://nodejs.org/en/download), and see that "node" is it.`
}
