/**
 * A text as the name of a folder, another for each. Many file systems take names for one that differ in case, in how an accent is composed, or in a dot
 * or a space at the end, and Windows has devices with names: what is no small letter, no digit and none of `_ - @ + = ,`, or a dot within, is written as
 * its bytes (UTF-8), each with a `%`.
 */
export function folderNameOf(text: string): string {
  const written = text.replace(/[^a-z0-9_@+=,.-]|^\.|\.$/gu, escaped)
  return isDevice.test(written) ? escaped(written.slice(0, 1)) + written.slice(1) : written
}

/** Characters: a name on disk has 255 bytes at most, and something may stand beside it. */
export const longestFolderName = 200

const isDevice = /^(?:aux|con|nul|prn|com\d|lpt\d)(?:\.|$)/

function escaped(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}
