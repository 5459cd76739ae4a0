import type { FetchedDocument } from './document-fetch.ts'

/**
 * What networks in front of a host put on an answer that is theirs, and no word of the host's: they take us for a robot. Only marks that their makers
 * document, or that were seen and told of with the whole answer; pages for people, which every other refusal may have too, are none.
 */
const marks: readonly { header: string; values: readonly string[] }[] = [
  // https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response, read 2026-11-27
  { header: 'cf-mitigated', values: ['challenge'] },
  // https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-actions.html (202 and 405), read 2026-11-27
  { header: 'x-amzn-waf-action', values: ['challenge', 'captcha'] },
  // https://github.com/vercel-labs/vgpu/pull/228 (403), https://github.com/warpdotdev/docs/pull/219 (429), read 2026-11-27; `deny` is a rule of the host's
  { header: 'x-vercel-mitigated', values: ['challenge'] },
]

export function isBotChallenge({ header }: Extract<FetchedDocument, { kind: 'answer' }>): boolean {
  return marks.some((mark) => mark.values.includes(header(mark.header)?.trim().toLowerCase() ?? ''))
}
