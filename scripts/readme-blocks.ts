/** A fenced block of a Markdown page that is run, as the comment above it says. */
export interface MarkedBlock {
  language: string
  text: string
  /** What stands in the comment behind the mark. */
  instruction: string
}

/** The blocks of `page` that an HTML comment `<!-- MARK … -->` stands above. */
export function markedBlocks(
  page: string,
  mark: 'release:check' | 'deploy:check' | 'identity:',
): readonly MarkedBlock[] {
  const marked = new RegExp(`<!-- ${mark} *(.*?) *-->\\s*\\n\`\`\`(\\w+)[^\\n]*\\n([\\s\\S]*?)\\n\`\`\``, 'g')
  return [...page.matchAll(marked)].map(([, instruction = '', language = '', text = '']) => ({
    language,
    text,
    instruction,
  }))
}
