/** What a Containerfile says, as far as ours says anything. */
export interface Containerfile {
  /** Shell commands, and the folder each is run in. */
  steps: readonly { run: string; folder: string }[]
  /** The folder that `COPY` fills. */
  copiesTo: string
  environment: Readonly<Record<string, string>>
  folder: string
  entrypoint: readonly string[]
  command: readonly string[]
}

/** Throws for an instruction that is not known here, lest a check pass over it. */
export function parseContainerfile(text: string): Containerfile {
  const lines = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const steps: { run: string; folder: string }[] = []
  let [folder, copiesTo, environment] = ['/', '/', {}]
  let [entrypoint, command]: [string[], string[]] = [[], []]
  for (const line of lines) {
    const [, instruction = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? []
    switch (instruction) {
      case 'WORKDIR':
        folder = rest
        break
      case 'COPY':
        copiesTo = folder
        break
      case 'RUN':
        steps.push({ run: rest, folder })
        break
      case 'ENV':
        environment = { ...environment, ...Object.fromEntries(rest.split(' ').map((pair) => pair.split('='))) }
        break
      case 'ENTRYPOINT':
        entrypoint = JSON.parse(rest)
        break
      case 'CMD':
        command = JSON.parse(rest)
        break
      case 'FROM':
      case 'USER':
      case 'VOLUME':
      case 'EXPOSE':
        break
      default:
        throw new Error(`Containerfile: nothing is known of "${line}"`)
    }
  }
  return { steps, copiesTo, environment, folder, entrypoint, command }
}
