/** A fenced block of a Markdown page that is run, as the comment above it says. */
export interface MarkedBlock {
  language: string
  text: string
  /** What stands in the comment behind `release:check`. */
  instruction: string
}

const marked = /<!-- release:check *(.*?) *-->\s*\n```(\w+)[^\n]*\n([\s\S]*?)\n```/g

/** The blocks of `page` that an HTML comment `<!-- release:check … -->` stands above. */
export function markedBlocks(page: string): readonly MarkedBlock[] {
  return [...page.matchAll(marked)].map(([, instruction = '', language = '', text = '']) => ({
    language,
    text,
    instruction,
  }))
}
