import type { Origins } from '../../../packages/doctor/test/scene.ts'
import type { StackName } from '../../../scenes/src/scene.ts'

/** A server that the doctor and the clients are held against each other at. */
export interface Site {
  readonly name: string
  /** What it is made of; `told`: by its answers alone. */
  readonly stack: StackName | 'told'
  open(): Promise<OpenSite>
}

export interface OpenSite {
  /** Where one visitor goes: a server told by its answers is another for each, so that it knows who asked. */
  enter(): Promise<Visit>
  close(): Promise<void>
}

export interface Visit {
  /** The MCP URL. */
  readonly target: string
  readonly origins: Origins
  /** Whether the visitor asked for anything so far; `undefined` where nobody counts. */
  wasAsked(): boolean | undefined
}
