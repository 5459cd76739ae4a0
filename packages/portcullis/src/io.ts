import type { SignalSource } from './operations/shutdown.ts'

/** What a command is given of the world: tests give their own. */
export interface Io {
  stdout: Output
  stderr: Output
  environment: Readonly<Record<string, string | undefined>>
  /** The current folder. */
  folder: string
  /** Asks the person at the terminal, and resolves to what they type. Not there where nobody sits in front of one. */
  ask?: (question: string) => Promise<string>
  /** What tells a server to stop. */
  signals: SignalSource
  /** Ends the process at once, when it is told to stop a second time. */
  exit(code: number): void
}

export interface Output {
  write(text: string): unknown
  /** Whether a person sits in front of it. */
  isTTY?: boolean
  /** How wide it is, in characters. */
  columns?: number
}
