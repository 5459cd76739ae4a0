import { unifiedDiff } from './diff.ts'
import type { Outcome, ServerFacts } from './examine.ts'
import type { Project } from './project.ts'
import { isForPosixAlone } from './shell-word.ts'

/** What was found, and what is to be done, for a person. */
export function textOfOutcome(outcome: Outcome, { packageManager }: Pick<Project, 'packageManager'>): string {
  switch (outcome.kind) {
    case 'ready': {
      const { facts, settings, changes, notes } = outcome
      return [
        `${factsLine(facts, packageManager)}\n\n`,
        ...changes.map((change) => `${unifiedDiff(change)}\n`),
        `Tokens are for ${settings.resource}, which is what clients are given, and come from ${settings.issuer}.\n`,
        ...notes.map((note) => `Note: ${note}\n`),
        '\n',
      ].join('')
    }
    case 'unsure': {
      const { facts, line, why, lines, nextStep } = outcome
      const shown = lines.map((each) => (each === '' ? '\n' : `    ${each}\n`)).join('')
      return `${factsLine(facts, packageManager)}\n\nNothing is changed, because it is not sure where the lines belong: ${facts.file}:${line}, ${why}.\nThese are the lines:\n\n${shown}\n${nextStep}\n`
    }
    case 'protected':
      return `It is protected already: ${outcome.file}:${outcome.line}. Nothing is changed.\n`
    case 'gateway': {
      const { seen, command, isStdio } = outcome.advice
      const how = isStdio
        ? 'The gateway starts it, and puts OAuth and HTTP in front of it'
        : 'The gateway stands in front of it, wherever it listens'
      return `This is ${seen}. No line of it has to be changed. ${how}:\n\n    ${command}\n${isForPosixAlone(command) ? forPosix : ''}\nSettings, and what the server sees of who calls: docs/gateway.md\n`
    }
    default:
      return outcome satisfies never
  }
}

const forPosix = 'That is for a POSIX shell; PowerShell and cmd.exe of Windows want other quotes.\n'

function factsLine({ framework, sdk, language, module, file }: ServerFacts, packageManager: string): string {
  return `${file}: ${framework}, ${sdk}, ${language}, ${module}, ${packageManager}`
}
