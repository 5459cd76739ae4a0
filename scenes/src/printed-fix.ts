import type { FindingCode } from '../../packages/doctor/src/findings/finding.ts'
import type { Change } from '../../packages/doctor/src/fixes/change.ts'
import { fixContext } from '../../packages/doctor/src/fixes/fix-context.ts'
import { placeholdersIn } from '../../packages/doctor/src/fixes/placeholders.ts'
import { whyOf } from '../../packages/doctor/src/fixes/why.ts'
import { writers } from '../../packages/doctor/src/fixes/writers.ts'
import type { Piece, Scene } from './scene.ts'

/** The change that a scene's printed fix makes; `undefined` where it applies none. */
export function changeOf({ fixed, change }: Scene): Change['kind'] | undefined {
  if (fixed === undefined) return undefined
  return change ?? changeOfPiece[fixed]
}

const changeOfPiece: Readonly<Partial<Record<Piece, Change['kind']>>> = {
  guard: 'open_well_known',
  challenge: 'challenge',
  token_check: 'verify_token',
  resource_metadata: 'resource_metadata',
  authorization_server_metadata: 'authorization_server_metadata',
}

/** What a fix is recognised by: its title, and the file that its lines belong to. */
export interface PrintedFix {
  title: string
  file: string
}

/** The fix that the doctor must print for a scene whose server stands at `target`. */
export function expectedFix(scene: Scene, target: string): PrintedFix | undefined {
  const kind = changeOf(scene)
  if (kind === undefined) return undefined
  const { cause, fills } = scene
  const { origin } = new URL(target)
  const context = fixContext(target, fills === undefined ? [{ issuer: origin }] : [])
  const code = writers[scene.stack]?.({ kind }, context)
  // A scene names its cause in the words of the report, which are the doctor's codes.
  const { title } = whyOf({ kind }, context, cause as FindingCode | undefined)
  return code === undefined ? undefined : { title, file: code.file }
}

/** The lines as a person pastes them who fills in what the doctor did not see. Throws where a placeholder is left, or one that is filled in is not there. */
export function withPlaceholdersFilled(text: string, fills: Readonly<Record<string, string>>): string {
  let filled = text
  for (const [held, value] of Object.entries(fills)) {
    if (!filled.includes(held)) throw new Error(`the lines have no ${held}`)
    filled = filled.replaceAll(held, value)
  }
  const [left] = placeholdersIn(filled)
  if (left !== undefined) throw new Error(`the lines have ${left}, which nobody fills in`)
  return filled
}

const kinds: Readonly<Record<Change['kind'], true>> = {
  challenge: true,
  verify_token: true,
  resource_metadata: true,
  open_well_known: true,
  lift_password: true,
  replace_guard: true,
  authorization_server_metadata: true,
  check_code_verifier: true,
  pass_challenge: true,
  route_well_known: true,
  let_user_agents_in: true,
  no_redirect: true,
}

/** Every text that the doctor can print, by stack and change. */
export function printableFixes(): readonly { stack: string; change: Change['kind'] }[] {
  const context = fixContext('https://mcp.example/mcp', [{ issuer: 'https://mcp.example' }])
  return Object.entries(writers).flatMap(([stack, write]) =>
    (Object.keys(kinds) as Change['kind'][]) // its keys are all the kinds, says its type
      .filter((kind) => write({ kind }, context) !== undefined)
      .map((change) => ({ stack, change })),
  )
}
