export interface Note {
  id: string
  text: string
}

/** The notes of every subject, in memory. Bounded: who was first here is forgotten first. */
export interface Notebook {
  list(subject: string): readonly Note[]
  /** The new note; `undefined` when the subject has as many as it may have. */
  add(subject: string, text: string): Note | undefined
  /** Whether there was such a note. */
  delete(subject: string, id: string): boolean
}

export function createNotebook({ subjects = 1000, notesEach = 100 } = {}): Notebook {
  const pages = new Map<string, { notes: Note[]; lastId: number }>()
  return {
    list: (subject) => pages.get(subject)?.notes ?? [],

    add(subject, text) {
      const page = pages.get(subject) ?? { notes: [], lastId: 0 }
      if (page.notes.length >= notesEach) return undefined
      const [oldest] = pages.keys()
      if (!pages.has(subject) && pages.size >= subjects && oldest !== undefined) pages.delete(oldest)
      pages.set(subject, page)
      page.lastId += 1
      const note = { id: String(page.lastId), text }
      page.notes.push(note)
      return note
    },

    delete(subject, id) {
      const notes = pages.get(subject)?.notes ?? []
      const at = notes.findIndex((note) => note.id === id)
      if (at !== -1) notes.splice(at, 1)
      return at !== -1
    },
  }
}
