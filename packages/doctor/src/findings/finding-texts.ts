import type { Finding, FindingCode } from './finding.ts'
import { authorizationServerTexts } from './texts/authorization-server.ts'
import { challengeTexts } from './texts/challenge.ts'
import { networkTexts } from './texts/network.ts'
import { noMcpTexts } from './texts/no-mcp.ts'
import { protectedResourceTexts } from './texts/protected-resource.ts'
import type { Text, TextsOf } from './texts/text.ts'
import { seenAs } from './texts/values.ts'

export interface FindingText {
  /** For a person who does not know OAuth. */
  readonly plain: string
  /** For one who does: the place, the value seen, the value wanted. */
  readonly exact: string
}

/** A finding in words, each sentence at most 160 characters. */
export function textOf(finding: Finding): FindingText {
  // The code of a finding says which arguments it has, which the compiler cannot follow through the table.
  const [plain, exact] = (texts[finding.code] as (args: unknown) => Text)(finding.args)
  return { plain: seenAs(plain, longestSentence), exact: seenAs(exact, longestSentence) }
}

const longestSentence = 160

const texts: TextsOf<FindingCode> = {
  ...networkTexts,
  ...noMcpTexts,
  ...challengeTexts,
  ...protectedResourceTexts,
  ...authorizationServerTexts,
}

/** Every code there is. */
export const findingCodes: readonly string[] = Object.keys(texts)
