/**
 * A text as one word of a command line that somebody pastes. In double quotes where those do, which mean the same to every shell, Windows' too; else
 * as a POSIX shell wants it.
 */
export function shellWord(text: string): string {
  if (isPlain.test(text)) return text
  return /["$`\\!%]/.test(text) ? singleQuoted(text) : `"${text}"`
}

/** Whether a command has a word that a POSIX shell alone reads as it is meant. */
export function isForPosixAlone(command: string): boolean {
  return /(?:^|\s)'/.test(command.replaceAll(/"[^"]*"/g, '""'))
}

/** A text as one word of what `--stdio` is given, in single quotes where it needs any: double ones stand around all of it. */
export function stdioWord(text: string): string {
  return isPlain.test(text) ? text : singleQuoted(text)
}

const isPlain = /^[\w@+=:,./-]+$/

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
