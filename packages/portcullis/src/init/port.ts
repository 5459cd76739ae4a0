import type { Project } from './project.ts'

/** The port at which a server listens, by what the code says or else by what its framework takes. For a URL that somebody reads before they use it. */
export function portOf(
  text: string,
  { framework }: { framework: string },
  { dependencies }: Pick<Project, 'dependencies'>,
): number {
  const written = [
    /\bport\w*\W{1,12}(?:\?\?|\|\||=)\s*['"]?(\d{2,5})\b/i,
    /\blisten\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b/,
    /\bport:\s*(?:Number\()?(\d{2,5})\b/,
  ]
  for (const pattern of written) {
    const port = Number(pattern.exec(text)?.[1])
    if (port > 0 && port < 65_536) return port
  }
  if (framework === 'Workers' || dependencies.has('wrangler')) return 8787
  return framework === 'Deno' ? 8000 : 3000
}
