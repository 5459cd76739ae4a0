/** What a process says beside its messages, for the log: so many lines in a second, and the last one for whoever asks why it ended. */
export interface Said {
  take(line: string): void
  readonly last: string | undefined
}

export function createSaid({ now, tell }: { now: () => number; tell: (text: string) => void }): Said {
  let second = 0
  let told = 0
  let leftOut = 0
  let last: string | undefined

  return {
    get last() {
      return last
    },
    take(line) {
      const text = printable(line)
      if (text === '') return
      last = text
      if (second !== now()) {
        if (leftOut > 0) tell(`(${leftOut} more lines were left out)`)
        second = now()
        told = 0
        leftOut = 0
      }
      if (told >= mostInSecond) leftOut += 1
      else tell(text)
      told += 1
    },
  }
}

/** Colours, and whatever else steers a terminal, are for terminals. */
function printable(line: string): string {
  return line
    .replace(colours, '')
    .replace(/\p{Cc}|\p{Cf}/gu, ' ')
    .trim()
}

const colours = new RegExp(`${String.fromCharCode(0x1b)}\\[[0-9;?]*[A-Za-z]`, 'g')

const mostInSecond = 20
