import type { ProbeStep } from '../probes/probe.ts'
import type { DoctorOutput } from './run.ts'

type Doing = ProbeStep | 'clients'

const doing: Readonly<Record<Doing, string>> = {
  network: 'Knocking, in the voices of several clients',
  challenge: 'Looking at what happens without a token',
  protected_resource: 'Reading what the server says of itself',
  authorization_server: 'Reading what the sign-in server says of itself',
  clients: 'Walking as each client does',
}

/** What is being done now, on one line that goes when it is done; nothing where nobody watches. */
export function showProgress(
  stderr: DoctorOutput,
  { isQuiet }: { isQuiet: boolean },
): { tell: (step: Doing) => void; end: () => void } {
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
