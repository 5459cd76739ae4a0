import { run } from '../src/index.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Terminal {
  /** Columns; absent where the output is no terminal. */
  readonly columns?: number
  readonly environment?: Readonly<Record<string, string>>
  readonly folder?: string
}

/** Runs the command with an output that is kept. */
export async function ran(argv: readonly string[], { columns, environment = {}, folder }: Terminal = {}): Promise<Ran> {
  let out = ''
  let err = ''
  const terminal = columns === undefined ? {} : { isTTY: true, columns }
  const code = await run(argv, {
    stdout: { ...terminal, write: (text) => (out += text) },
    stderr: { ...terminal, write: (text) => (err += text) },
    environment,
    ...(folder !== undefined && { folder }),
  })
  return { code, out, err }
}
