import { type Checkable, devIssuer, runScript } from './check-server.ts'
import type { Outcome } from './examine.ts'
import { type PackageManager, type Project, packageOf } from './project.ts'
import { shellWord } from './shell-word.ts'

export interface NextSteps {
  commands: readonly string[]
  /** What happens now. */
  now: string
  /** What to type afterwards. */
  afterwards: string
}

/** What to type now, to the letter. */
export function nextSteps(
  outcome: Outcome,
  project: Project,
  { isWritten, checkable }: { isWritten: boolean; checkable: Checkable | undefined },
): NextSteps {
  if (outcome.kind === 'gateway') return { commands: [outcome.advice.command], now: '', afterwards: '' }
  if (outcome.kind !== 'ready') return { commands: [], now: '', afterwards: '' }
  if (!isWritten)
    return {
      commands: ['portcullis init --write'],
      now: 'Nothing is written yet. To write it, run the same with --write.\n',
      afterwards: '',
    }
  const commands = commandsAfter(outcome, project, checkable)
  const afterwards = commands.length === 0 ? '' : `\nNext:\n${commands.map((command) => `  ${command}\n`).join('')}`
  const files = outcome.changes.map(({ path }) => path).join(', ')
  return { commands, now: `Written: ${files}\n${aboutDoctor(checkable)}`, afterwards }
}

function aboutDoctor(checkable: Checkable | undefined): string {
  switch (checkable?.kind) {
    case 'script':
      return `Starting it by ${checkable.script}, to ask the doctor.\n\n`
    case 'url':
      return '\n'
    case 'not':
      return `The doctor was not asked: ${checkable.why}.\n`
    case undefined:
      return ''
    default:
      return checkable satisfies never
  }
}

function commandsAfter(
  { settings: { resource, issuer }, facts }: Extract<Outcome, { kind: 'ready' }>,
  project: Project,
  checkable: Checkable | undefined,
): readonly string[] {
  const { packageManager } = project
  const { manifest, within } = packageOf(project, facts.file)
  const script = ['dev', 'start'].find((name) => manifest?.scripts[name] !== undefined)
  return [
    ...(within === '' ? [] : [`cd ${shellWord(within)}`]),
    ...(checkable?.kind === 'not' && checkable.needsPackage === true ? [installCommands[packageManager]] : []),
    ...(issuer === devIssuer ? [`portcullis dev --resource ${shellWord(resource)}`] : []),
    ...(script === undefined || checkable?.kind === 'url' ? [] : [runScript(packageManager, script)]),
    ...(checkable?.kind === 'not' ? [`portcullis doctor ${shellWord(resource)}`] : []),
  ]
}

const installCommands: Record<PackageManager, string> = {
  npm: 'npm install @portcullis/auth',
  pnpm: 'pnpm add @portcullis/auth',
  yarn: 'yarn add @portcullis/auth',
  bun: 'bun add @portcullis/auth',
  deno: 'deno add npm:@portcullis/auth',
}
