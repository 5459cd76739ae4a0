import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../tools.ts'

/**
 * What an example says of itself, in its `example.json`: how it is started, who signs in, and what a client must get done. In commands, environments and
 * URLs `{port}` and `{port:NAME}` are free ports, the same wherever they stand, `{postgres}` is an empty database (and nothing where there is no
 * Postgres on this machine), and `{username}` and `{password}` are those of the person.
 */
export interface ExampleDescription {
  name: string
  /** Packed packages that it installs beside its lockfile. Default: `@portcullis/auth`. */
  packages?: readonly string[]
  /** Folders of examples that it is made of, as packages. Default: none. */
  examples?: readonly string[]
  /** Programs without which it is skipped. Default: none. */
  needs?: readonly string[]
  /** Before it starts, in order: what is built, and its own tests, which leave screenshots in the folder `E2E_SHOTS`. */
  prepare: readonly Command[]
  /** What runs, in order: each is started when the one before is ready: when it has said so (`ready`), or else when the MCP URL answers. */
  start: readonly (Command & { name: string; ready?: string })[]
  /** Once it runs, in order: the person's account. Default: nothing. */
  seed?: readonly Command[]
  /** Once all of it runs, in order: tests that look at it from outside. Default: none. */
  checks?: readonly Command[]
  /** The MCP URL, as a person types it. */
  mcp: string
  person: { username: string; password: string }
  /** Where a file with the link for the first account is made. Default: the account is there. */
  ownerLink?: string
  /** Further addresses of the same server, and the clients that are tried there. Default: none. */
  alsoAt?: readonly { mcp: string; clients: readonly string[] }[]
  /** A tool that a client calls with what it gets at first, and what its answer says. */
  tool: { name: string; arguments?: Record<string, unknown>; says: string }
  /** A tool that needs more than that: clients do as is known of each (`stepUp` in interop/). Default: there is none. */
  stepUp?: { name: string; arguments?: Record<string, unknown> }
  /** The pages of its own, each with a name of its own, in a browser. Default: none are looked at. */
  pages?: {
    signIn: { path: string; fields: Record<string, string>; button: string }
    public: Record<string, string>
    signedIn: Record<string, string>
  }
}

export interface Command {
  command: readonly string[]
  env?: Readonly<Record<string, string>>
  /** What is written to its standard input. Default: nothing. */
  stdin?: string
}

export interface Example extends ExampleDescription {
  /** Relative to the root of the repository. */
  folder: string
}

/** Every example with an `example.json`, in the order of their folders. */
export function listExamples(): readonly Example[] {
  const files = globSync('examples/**/example.json', { cwd: root, exclude: ['**/node_modules/**'] })
  return files.sort().map((file) => {
    const description = JSON.parse(readFileSync(join(root, file), 'utf8')) as ExampleDescription // ours, beside its code
    return { ...description, folder: dirname(file) }
  })
}

/** The same with everything in braces in its place. */
export function filledIn<T>(value: T, values: Readonly<Record<string, string>>): T {
  const text = JSON.stringify(value).replace(/\{([a-z]+(?::[a-z]+)?)\}/g, (all, name) =>
    Object.hasOwn(values, name) ? JSON.stringify(values[name]).slice(1, -1) : all,
  )
  return JSON.parse(text) as T // nothing but text was changed
}

/** The names in braces that stand for ports. */
export function portsIn(value: unknown): readonly string[] {
  return [...new Set([...JSON.stringify(value).matchAll(/\{(port(?::[a-z]+)?)\}/g)].map(([, name = '']) => name))]
}
