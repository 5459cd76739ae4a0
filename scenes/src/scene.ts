import type { Change } from '../../packages/doctor/src/fixes/change.ts'
import type { WholeServer } from './whole.ts'

/** A server that is made of pieces, one of them broken: what the doctor must say of it, and that its fix mends it. */
export interface Scene {
  /** Lower case words with dashes. */
  name: string
  /** What is wrong, as its author would find out after days. */
  wrong: string
  /** The root cause that the doctor must name, and no other; `undefined` for a sound server. */
  cause: string | undefined
  /** What comes to light once it is mended, as the doctor must foretell. */
  hides?: readonly string[]
  stack: StackName
  /** What stands instead of a sound piece. */
  broken: Partial<Record<Piece, string>>
  /** The piece whose place the printed fix takes; absent where the doctor has no lines for it. */
  fixed?: Piece
  /** The change that the printed fix makes, where its piece does not say it. */
  change?: Change['kind']
  /** What a person puts in place of each placeholder of the lines, in this order: what the doctor cannot know. */
  fills?: Readonly<Record<string, string>>
  /** What the steps must say, where the doctor has no lines: words of the title or of a step. */
  told?: RegExp
  /** What the fix needs to be taken away beside. */
  alsoSound?: readonly Piece[]
  /** A server that is not made of pieces. */
  server?: WholeServer
  /** The document that it comes from. */
  seed?: '000' | '001' | '002' | '003' | '004'
  /** The path of the MCP endpoint. Default: `/mcp`. */
  path?: string
}

export type StackName = 'express' | 'node' | 'hono' | 'next' | 'fastmcp' | 'python' | 'nginx' | 'caddy'

export type Piece =
  /** What stands before everything else. */
  | 'guard'
  | 'challenge'
  /** Where tokens are looked at, where that stands by itself. */
  | 'token_check'
  | 'resource_metadata'
  | 'authorization_server_metadata'
  /** The endpoints of the sign-in server, where they stand at paths of their own. */
  | 'sign_in'
  /** JSON: what is different in the metadata of a sign-in server at an address of its own. */
  | 'sign_in_beside'
  /** The name of the framework's package, where another edition of it shows the fault. */
  | 'framework_package'
  /** Of a proxy: the MCP path, and the well-known paths. */
  | 'mcp_route'
  | 'well_known_route'

/** Values of one run, which pieces are filled with. */
export interface Place {
  port: number
  origin: string
  target: string
  path: string
}

/** How a stack is written down and started. */
export interface Stack {
  name: StackName
  /** The sound pieces. */
  sound(place: Place): Partial<Record<Piece, string>>
  /** Writes the server into the folder, and resolves when it answers. */
  start(pieces: Partial<Record<Piece, string>>, place: Place, folder: string): Promise<Running>
}

export interface Running {
  stop(): Promise<void>
}
