/** Names that stand in a User-Agent, the most telling first: most browsers also name those that they are like. */
const browsers: readonly [RegExp, string][] = [
  [/\bEdgA?(?:iOS)?\//, 'Edge'],
  [/\bOPR\/|\bOpera\b/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/Chrome\/|\bCriOS\/|\bChromium\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]

const systems: readonly [RegExp, string][] = [
  [/\bWindows\b/, 'Windows'],
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b/, 'an iPhone'],
  [/\biPad\b/, 'an iPad'],
  [/\bMac OS X\b|\bMacintosh\b/, 'a Mac'],
  [/\bCrOS\b/, 'a Chromebook'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
]

/** A User-Agent as a person would say it: `Firefox on Windows`. Nothing of it is taken over that is not one of ours. */
export function browserInWords(userAgent: string | null): string {
  const nameIn = (names: readonly [RegExp, string][]) =>
    names.find(([pattern]) => pattern.test((userAgent ?? '').slice(0, 1000)))?.[1]
  const system = nameIn(systems)
  return `${nameIn(browsers) ?? 'A browser'}${system === undefined ? '' : ` on ${system}`}`
}

/** A network address without what names one household: `192.0.2.x`, `2001:db8:1::x`. `undefined` for what is none. */
export function neighbourhoodOf(network: string): string | undefined {
  const v4 = /^(\d+\.\d+\.\d+)\.\d+$/.exec(network)
  if (v4 !== null) return `${v4[1]}.x`
  const v6 = /^([0-9a-f]+:[0-9a-f]+:[0-9a-f]+):[0-9a-f]+::\/64$/.exec(network)
  return v6 === null ? undefined : `${v6[1]}::x`
}
