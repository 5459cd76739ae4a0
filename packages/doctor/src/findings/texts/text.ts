import type { FindingArgs, FindingCode } from '../finding.ts'

/** One sentence for those who do not know OAuth, one for those who do. */
export type Text = readonly [plain: string, exact: string]

export type TextsOf<Codes extends FindingCode> = { readonly [Code in Codes]: (args: FindingArgs[Code]) => Text }
