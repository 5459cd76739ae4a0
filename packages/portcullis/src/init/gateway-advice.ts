import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from './project.ts'
import { shellWord } from './shell-word.ts'

/** What to do for a server that no line of ours can be put into. */
export interface GatewayAdvice {
  /** What was seen, in words that go on from "This is". */
  seen: string
  /** The command that protects it, without touching it. */
  command: string
  isStdio: boolean
}

const languages: readonly (readonly [file: string, seen: string, isStdio: RegExp, start: string])[] = [
  ['pyproject.toml', 'a project in Python', /\bstdio\b/, 'uv run your-server'],
  ['requirements.txt', 'a project in Python', /\bstdio\b/, 'python server.py'],
  ['go.mod', 'a project in Go', /\bstdio\b/, 'go run .'],
  ['Cargo.toml', 'a project in Rust', /transport-io|\bstdio\b/, 'cargo run --release'],
  ['pom.xml', 'a project in Java', /\bstdio\b/, 'java -jar target/server.jar'],
  ['build.gradle', 'a project in Java or Kotlin', /\bstdio\b/, 'java -jar build/libs/server.jar'],
  ['build.gradle.kts', 'a project in Java or Kotlin', /\bstdio\b/, 'java -jar build/libs/server.jar'],
  ['Gemfile', 'a project in Ruby', /\bstdio\b/, 'ruby server.rb'],
  ['composer.json', 'a project in PHP', /\bstdio\b/, 'php server.php'],
]

/** For a project in another language; `undefined` where nothing tells that it is one. */
export function adviceForLanguage(
  { folder, files }: Pick<Project, 'folder' | 'files'>,
  resource: string | undefined,
): GatewayAdvice | undefined {
  const known = languages.find(([file]) => existsSync(join(folder, file)))
  const [, seen, isStdio, start] = known ?? (files.some((file) => file.endsWith('.csproj')) ? dotnet : [])
  if (seen === undefined || isStdio === undefined || start === undefined) return undefined
  return speaksStdio(folder, files, isStdio) ? stdioAdvice(seen, start) : httpAdvice(seen, resource)
}

const dotnet = ['', 'a project in C#', /\bWithStdioServerTransport\b/, 'dotnet run'] as const

function httpAdvice(seen: string, resource: string | undefined): GatewayAdvice {
  const publicUrl = resource === undefined ? '' : ` --public-url ${shellWord(resource)}`
  return { seen, command: `portcullis serve --upstream http://localhost:3000/mcp${publicUrl}`, isStdio: false }
}

export function stdioAdvice(seen: string, start: string): GatewayAdvice {
  return { seen, command: `portcullis serve --stdio ${shellWord(start)}`, isStdio: true }
}

const mostRead = 200

/** Whether its sources say so, and name no transport of HTTP. */
function speaksStdio(folder: string, files: readonly string[], isStdio: RegExp): boolean {
  const texts = files
    .filter((file) => /\.(?:py|go|rs|java|kt|kts|rb|php|cs|toml)$/.test(file))
    .slice(0, mostRead)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
  return (
    texts.some((text) => isStdio.test(text)) &&
    !texts.some((text) => /streamable[-_ ]?http|http_app\(|sse_app\(/i.test(text))
  )
}
