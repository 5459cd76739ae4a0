/** `text` in lines of at most `width` characters, each behind `indent`. A word that is longer than a line keeps one to itself. */
export function wrap(text: string, { width, indent = '' }: { width: number; indent?: string }): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  if (line !== '') lines.push(indent + line)
  return lines.join('\n')
}
