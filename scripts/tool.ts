import { spawnSync } from 'node:child_process'
import { installTools, toolPath } from './tools.ts'

/** `node scripts/tool.ts biome check .`: runs a development tool, after installing the tools where they are missing or out of date. */
const [name, ...toolArguments] = process.argv.slice(2)
if (name === undefined) throw new TypeError('Name a tool: biome, tsc, knip, publint or attw')
installTools()
process.exitCode = spawnSync(process.execPath, [toolPath(name), ...toolArguments], { stdio: 'inherit' }).status ?? 1
