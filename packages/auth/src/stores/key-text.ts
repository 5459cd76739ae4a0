/**
 * Text that a database sorts and keeps as JavaScript does. Its text is UTF-8, which sorts by code point and cannot hold a lone surrogate; at a
 * NUL, `node:sqlite` cuts what it gives back (Node 22.19), and Postgres refuses the text. A store's ids are any strings, in code unit order.
 * So the two ends of the range are written as pairs, a mark and a shifted unit: 0 and 1 behind the mark 1, and everything from D7FF on behind
 * the mark D7FF. Order and difference stay as they are, and text without such characters, which is nearly all, stands as it is.
 */
export function toKeyText(text: string): string {
  if (!needsMark.test(text)) return text
  return text.replace(everyUnitToMark, (unit) => {
    const code = unit.charCodeAt(0)
    return code <= low ? String.fromCharCode(low, code + 1) : String.fromCharCode(high, code - high + shifted)
  })
}

/** The text that `toKeyText` made `keyText` of. */
export function fromKeyText(keyText: string): string {
  if (!needsMark.test(keyText)) return keyText
  return keyText.replace(everyPair, (pair) => {
    const code = pair.charCodeAt(1)
    return String.fromCharCode(pair.charCodeAt(0) === low ? code - 1 : code - shifted + high)
  })
}

const low = 0x01
const high = 0xd7ff
/** Where the shifted upper units start: a place from which on all of them are ordinary characters. */
const shifted = 0x4000

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const needsMark = /[\0\u0001\uD7FF-\uFFFF]/
const everyUnitToMark = new RegExp(needsMark, 'g')
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same
const everyPair = /[\u0001\uD7FF][\s\S]/g
