/** A colour as red, green and blue, each from 0 to 255. */
export type Rgb = readonly [number, number, number]

/** The colour of `#rrggbb`; `undefined` where it is none. */
export function parseHex(text: string): Rgb | undefined {
  const [, red = '', green = '', blue = ''] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text) ?? []
  return red === '' ? undefined : [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)]
}

export function formatHex(color: Rgb): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

/** `part` (0 to 1) of the way from one colour to another. */
export function mix(from: Rgb, to: Rgb, part: number): Rgb {
  const at = (channel: 0 | 1 | 2) => Math.round(from[channel] + (to[channel] - from[channel]) * part)
  return [at(0), at(1), at(2)]
}

/** How two colours stand out from one another, 1 to 21 (WCAG 2.2). */
export function contrastOf(one: Rgb, other: Rgb): number {
  const [darker, lighter] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b) as [number, number] // of two
  return (lighter + 0.05) / (darker + 0.05)
}

/** WCAG 2.2: relative luminance. */
function luminanceOf(color: Rgb): number {
  const [red, green, blue] = color.map((value) => {
    const channel = value / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  }) as [number, number, number] // as many as there were
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
