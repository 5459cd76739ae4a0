import type { Change } from '../../packages/doctor/src/fixes/change.ts'
import { fixContext } from '../../packages/doctor/src/fixes/fix-context.ts'
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
  const context = fixContext(target, [])
  const code = writers[scene.stack]?.({ kind }, context)
  return code === undefined ? undefined : { title: whyOf({ kind }, context).title, file: code.file }
}

const kinds: Readonly<Record<Change['kind'], true>> = {
  challenge: true,
  resource_metadata: true,
  open_well_known: true,
  lift_password: true,
  authorization_server_metadata: true,
  pass_challenge: true,
  route_well_known: true,
  let_user_agents_in: true,
  no_redirect: true,
}

/** Every text that the doctor can print, by stack and change. */
export function printableFixes(): readonly { stack: string; change: Change['kind'] }[] {
  const context = fixContext('https://mcp.example/mcp', [])
  return Object.entries(writers).flatMap(([stack, write]) =>
    (Object.keys(kinds) as Change['kind'][]) // its keys are all the kinds, says its type
      .filter((kind) => write({ kind }, context) !== undefined)
      .map((change) => ({ stack, change })),
  )
}
