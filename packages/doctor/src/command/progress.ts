import type { DoctorOutput } from './run.ts'

/** What is being done now, on one line that goes when it is done; nothing where nobody watches. */
export function showProgress(
  stderr: DoctorOutput,
  { isQuiet }: { isQuiet: boolean },
): { tell: (doing: string) => void; end: () => void } {
  if (isQuiet || stderr.isTTY !== true) return { tell: () => {}, end: () => {} }
  const clear = '\r\u001b[2K'
  return {
    tell(doing) {
      stderr.write(`${clear}${doing.slice(0, (stderr.columns ?? 80) - 1)}`)
    },
    end() {
      stderr.write(clear)
    },
  }
}
