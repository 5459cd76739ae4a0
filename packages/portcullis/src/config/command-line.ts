/**
 * The words of a command as somebody would type it: between spaces, with quotes around what has spaces. No shell reads it, so what a shell would make
 * something of is refused instead of taken as it stands. Throws `TypeError` with a message that goes on from the name of a setting.
 */
export function wordsOf(line: string): [command: string, ...args: string[]] {
  const words: string[] = []
  let word: string | undefined
  let quote: string | undefined
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? ''
    const next = line[at + 1]
    if (character === quote) quote = undefined
    else if (quote !== undefined) {
      const isEscape = quote === '"' && character === '\\' && (next === '"' || next === '\\')
      if (isEscape) at++
      word = (word ?? '') + (isEscape ? next : character)
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (character === '\\' && next !== undefined) {
      at++
      word = (word ?? '') + next
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (/[|&;<>()`]/.test(character))
      throw new TypeError(
        `must be one program and its arguments, but has ${character}: no shell reads it. Put it between quotes, or write a script`,
      )
    else word = (word ?? '') + character
  }
  if (quote !== undefined) throw new TypeError(`must end what it begins with ${quote}`)
  if (word !== undefined) words.push(word)
  const [command, ...args] = words
  if (command === undefined) throw new TypeError('must name a program')
  return [command, ...args]
}
