/** Makes something once for the whole process, when it is first wanted: Next.js loads a module more than once, and while it builds there are no settings. */
export function once<Made>(name: string, make: () => Made): () => Made {
  return () => {
    if (!made.has(name)) made.set(name, make())
    return made.get(name) as Made // of this name there is no other
  }
}

const shared: typeof globalThis & { madeOnce?: Map<string, unknown> } = globalThis
shared.madeOnce ??= new Map()
const made = shared.madeOnce
