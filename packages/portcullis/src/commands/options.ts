import { isScopeToken } from '@portcullis/auth/protocol'
import { type Command, InvalidArgumentError } from 'commander'
import type { Configuration } from '../config/configuration.ts'
import { loadConfiguration } from '../config/load.ts'
import { type Override, overrides } from '../config/overrides.ts'
import { choicesAt, defaultAt, descriptionAt } from '../config/schema-walk.ts'
import { unknownVariables } from '../config/variables.ts'
import type { Io } from '../io.ts'
import { OperatorError } from '../operations/operator-error.ts'

/** Lets a command take all settings that have a flag. */
export function takeSettings(command: Command): Command {
  takeFile(command)
  for (const override of overrides) command.option(override.flag, describe(override))
  return command
}

/** Lets a command about the database of a server say which. */
export function takeDatabase(command: Command): Command {
  takeFile(command)
  for (const override of overrides)
    if (override.path[0] === 'database') command.option(override.flag, describe(override))
  return command.option('--json', 'Print JSON.')
}

/** Lets a command that prints a link say where the server is. */
export function takeLinkTarget(command: Command): Command {
  return takeDatabase(command).option(
    '--public-url <url>',
    'The public URL of the server that the link leads to. Default: the one that it ran with last.',
  )
}

/** Shows how a command is called, each in one line without the program's name. */
export function showExamples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  portcullis ${line}\n`).join('')}`)
}

/** `text` as one of the choices. `what`: what they are, in words that go on from "There is no". Throws `OperatorError` where it is none of them. */
export function choiceOf<Choice extends string>(text: string, choices: readonly Choice[], what: string): Choice {
  const choice = choices.find((each) => each === text)
  if (choice !== undefined) return choice
  throw new OperatorError(`There is no ${what} "${text}"`, { nextStep: `Name one of ${choices.join(', ')}.` })
}

/** Scopes that are separated by commas. */
export function parseScopes(text: string): string[] {
  const scopes = text.split(',').map((scope) => scope.trim())
  const wrong = scopes.find((scope) => !isScopeToken(scope))
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is no scope token.`)
  return scopes
}

/** The configuration of a command that takes settings; says which variables are none that it reads. */
export function configurationOf(command: Command, { environment, folder, stderr }: Io): Promise<Configuration> {
  for (const problem of unknownVariables(environment)) stderr.write(`${problem}\n`)
  return loadConfiguration({ flags: command.opts(), environment, folder })
}

function takeFile(command: Command): void {
  command.option('--config <file>', 'The configuration file. Default: portcullis.yaml, where there is one.')
}

function describe({ path, about }: Override): string {
  if (about !== undefined) return about
  const choices = choicesAt(path)
  const value = defaultAt(path)
  return [
    descriptionAt(path).replaceAll('`', ''),
    ...(choices.length === 0 ? [] : [`One of ${choices.join(', ')}.`]),
    ...(value === undefined || value === false ? [] : [`Default: ${value}.`]),
  ].join(' ')
}
