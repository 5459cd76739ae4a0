import { memorySkillFiles, SkillsExtension } from '@modelcontextprotocol/server/ext/skills'

/** One skill with a folder below it, for the scenarios of the skills extension. */
export const skills = await SkillsExtension.load(
  memorySkillFiles({
    'tally/SKILL.md': '---\nname: tally\ndescription: Counts things and says how many there are\n---\n\nCount them.\n',
    'tally/references/EXAMPLES.md': 'Three apples are three.\n',
  }),
)
