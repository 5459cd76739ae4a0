import type { Edit } from './edits.ts'
import type { Adapter } from './lines.ts'
import type { Project } from './project.ts'
import type { Source } from './syntax.ts'

/** How a server on one framework is protected. */
export interface Recipe {
  /** The framework, as its users call it. */
  framework: string
  adapter: Adapter
  /** Whether a file has a server of it, and what would be changed in it; `undefined` where it has none. */
  find(source: Source, project: Project): Place | Unsure | undefined
}

/** Where the lines go. */
export interface Place {
  kind: 'place'
  framework: string
  adapter: Adapter
  /** Of the adapter, beside `protect`, as an import names it. */
  further?: readonly string[]
  /** Everything but the imports. */
  edits(made: Made): readonly Edit[]
  /** Files that are new, by their path from the folder of the project. `content` as a whole. */
  creates?: readonly NewFile[]
  /** The path at which clients find the MCP server, as far as the code says; and all that it says of further ones. */
  path: PathFound
  /** What somebody has to know who reads the change. */
  notes: readonly string[]
}

export interface NewFile {
  path: string
  content(made: Made & { imports: string }): string
}

/** What a place is given to put somewhere, written as its file is. */
export interface Made {
  /** What makes the resource server, each line without its indentation. */
  lines(indentation: string): readonly string[]
  /** The call that puts it in front: of what, where there is something, and with which further options. */
  protect(handler?: string, further?: readonly string[]): string
}

export type PathFound =
  /** `isWhole`: every path is guarded there, so that another one does no harm. */
  { kind: 'found'; path: string; further: readonly string[]; isWhole?: true } | { kind: 'unsure'; why: string }

/** It is a server of this framework, and where the lines belong is for its author to say. */
export interface Unsure {
  kind: 'unsure'
  framework: string
  adapter: Adapter
  /** The line at which somebody should look. */
  line: number
  /** In words that go on from "because". */
  why: string
}

export type Found = Place | Unsure
