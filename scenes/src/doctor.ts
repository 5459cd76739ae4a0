import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { installTarballs } from '../../scripts/check-packages.ts'
import { packAll } from '../../scripts/pack.ts'

/** What is read of the doctor's report. */
export interface ReportedDiagnosis {
  requests: number
  milliseconds: number
  clients: readonly {
    id: string
    verdict: 'connects' | 'connects_with_caveat' | 'stops' | 'cannot_tell'
    step?: string
    words?: string
  }[]
  causes: readonly ReportedCause[]
  hidden: readonly ReportedCause[]
}

export interface ReportedCause {
  code: string
  stops: readonly string[]
  fix?: { title: string; code?: { file: string; text: string }; steps?: readonly string[] }
}

/** Examines a server with the command line, as a user does. */
export type DoctorCommand = (target: string) => Promise<ReportedDiagnosis>

/** The packed program, installed in a folder of its own. */
export function doctorFromTarballs(folder: string): DoctorCommand {
  const installed = join(folder, 'installed')
  mkdirSync(installed)
  installTarballs(installed, packAll())
  return command([join(installed, 'node_modules', 'portcullis', 'dist', 'cli.js')])
}

/** The sources of this repository: quicker to try. */
export function doctorFromSource(): DoctorCommand {
  const cli = join(import.meta.dirname, '..', '..', 'packages', 'portcullis', 'src', 'cli.ts')
  return command(['--conditions=source', cli])
}

function command(program: readonly string[]): DoctorCommand {
  return (target) =>
    new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [...program, 'doctor', target, '--json'],
        { maxBuffer: 64 * 1024 * 1024 },
        (_error, stdout, stderr) => {
          // Its exit code speaks of the server; whether it worked, its report does.
          try {
            resolve(JSON.parse(stdout))
          } catch {
            reject(new Error(`the doctor printed no report: ${stdout.slice(0, 500)} ${stderr.slice(0, 2000)}`))
          }
        },
      )
    })
}
