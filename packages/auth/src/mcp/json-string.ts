const quote = 0x22
const backslash = 0x5c

/** Where the string ends that begins at `openingQuote` in a JSON text; the end of the text where it does not. */
export function closingQuote(text: string, openingQuote: number): number {
  for (let at = openingQuote + 1; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === quote) return at
    if (character === backslash) at++
  }
  return text.length
}
