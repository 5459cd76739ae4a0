import type { Mutant } from './mutant.ts'

const test = 'packages/portcullis/test/several-servers.test.ts'
const problemsTest = 'packages/portcullis/src/config/server-problems.test.ts'
const serve = 'packages/portcullis/src/serve'

/** Several MCP servers in one gateway. */
export const severalServersMutants: readonly Mutant[] = [
  {
    name: 'at a host that MCP servers share the metadata of none is at the root',
    law: 'law 2',
    file: 'packages/auth/src/resource-server/metadata-documents.ts',
    find: ' && !sharesHost',
    replace: '',
    test: { file: 'packages/auth/test/remembered-tokens.test.ts', title: /at a host that other MCP servers share/ },
  },
  {
    name: 'each of several servers knows that it shares its host',
    law: 'law 2',
    file: `${serve}/resource-server.ts`,
    find: '    sharesHost: sharesHost(server, configuration),\n',
    replace: '',
    test: { file: test, title: /the root form of the metadata is nobody’s/ },
  },
  {
    name: 'each server answers at its own path alone',
    law: 'law 2',
    file: `${serve}/mcp-endpoints.ts`,
    find: '[...gateway.paths].map((path) => [path, gateway])',
    replace: '[...gateway.paths].map((path) => [path, endpoints[0].gateway])',
    test: { file: test, title: /each a resource of their own/ },
  },
  {
    name: 'two servers never have one path',
    law: 'law 1',
    file: 'packages/portcullis/src/config/server-problems.ts',
    find: 'return problems.length > 0 ? problems : collisions(servers)',
    replace: 'return problems',
    test: { file: problemsTest, title: /no two servers have one path/ },
  },
  {
    name: 'rules at the top are not silently nobody’s beside several servers',
    law: 'law 13',
    file: 'packages/portcullis/src/config/server-problems.ts',
    find: '...strayProblems(isSetAt), ',
    replace: '',
    test: { file: problemsTest, title: /does not stand beside several/ },
  },
  {
    name: 'what allows a client something at one server names it where there are several',
    law: 'law 2',
    file: 'packages/portcullis/src/config/machine-problems.ts',
    find: 'if (unclear.length > 0) return unclear',
    replace: '',
    test: { file: problemsTest, title: /what cannot stand of several servers/ },
  },
  {
    name: 'the secret by which one server’s opaque tokens are asked about is good for no other',
    law: 'law 2',
    file: `${serve}/mcp-endpoints.ts`,
    find: 'ownReaders.find(({ resource }) => resource === server.publicUrl)',
    replace: 'ownReaders[0]',
    test: { file: test, title: /an opaque token is asked about by its own server alone/ },
  },
  {
    name: 'the doctor looks at no address that a form names',
    law: 'law 8',
    file: 'packages/portcullis/src/console/pages/doctor.ts',
    find: 'server.mcpServers.find(({ publicUrl }) => publicUrl === asked) ?? server.mcpServers[0]',
    replace: "{ name: '', served: [], publicUrl: asked ?? server.mcpServers[0].publicUrl }",
    test: { file: test, title: /the doctor looks at the server whose button/ },
  },
]
