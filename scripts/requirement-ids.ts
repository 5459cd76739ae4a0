/**
 * Every requirement of the MCP authorization specification, all revisions, by id: what an MCP server owes as resource
 * server (RS), an authorization server (AS), a client (C), and a proxy or gateway (P). `docs/conformance.md` says what each
 * is; this list is kept apart from it, so that nothing can be left out there unnoticed.
 */
export const requirementIds: readonly string[] = [
  ...series('RS', 1, 36),
  ...series('AS', 1, 8), // discovery and metadata
  ...series('AS', 10, 28), // client registration
  ...series('AS', 30, 41), // authorization and token endpoints
  ...series('C', 1, 23),
  ...series('P', 1, 20),
]

function series(prefix: string, first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, at) => `${prefix}-${String(first + at).padStart(2, '0')}`)
}
