import type { ExaminationStep } from '../examine.ts'
import type { DoctorOutput } from './run.ts'

const doing: Readonly<Record<ExaminationStep, string>> = {
  network: 'Knocking',
  challenge: 'Looking at what happens without a token',
  protected_resource: 'Reading what the server says of itself',
  authorization_server: 'Reading what the sign-in server says of itself',
  voices: 'Asking in the voices of several clients',
  clients: 'Walking as each client does',
}

/** What is being done now, on one line that goes when it is done; nothing where nobody watches. */
export function showProgress(
  stderr: DoctorOutput,
  { isQuiet }: { isQuiet: boolean },
): { tell: (step: ExaminationStep) => void; end: () => void } {
  if (isQuiet || stderr.isTTY !== true) return { tell: () => {}, end: () => {} }
  const clear = '\r\u001b[2K'
  return {
    tell(step) {
      stderr.write(`${clear}${doing[step]} …`)
    },
    end() {
      stderr.write(clear)
    },
  }
}
