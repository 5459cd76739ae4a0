/**
 * Makes lines of what comes in parts, each of so many bytes at most, so that whoever never ends a line fills no memory. One that is longer is
 * handed on in its beginning alone, told as cut.
 */
export function lineReader(
  most: number,
  onLine: (line: string, info: { isCut: boolean }) => void,
): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let length = 0
  let isSkipping = false

  function take(part: Buffer): void {
    if (isSkipping) return
    parts.push(part)
    length += part.length
    if (length <= most) return
    isSkipping = true
    give(true)
  }

  function give(isCut: boolean): void {
    const line = (parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)).subarray(0, most)
    parts = []
    length = 0
    onLine(line.toString(), { isCut })
  }

  return (chunk) => {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      take(chunk.subarray(start, end))
      if (!isSkipping) give(false)
      isSkipping = false
      start = end + 1
    }
    if (start < chunk.length) take(chunk.subarray(start))
  }
}

const newline = 0x0a
