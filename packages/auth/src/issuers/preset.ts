import { whyNotIdentifier } from '../protocol/resource.ts'
import type { TrustedIssuer } from '../resource-server/trusted-issuer.ts'

/** What every preset takes beside what is its vendor's own; each of these goes before what the preset would say. */
export type PresetOptions = Pick<
  TrustedIssuer,
  | 'algorithms'
  | 'audiences'
  | 'dangerouslyAcceptTokensWithoutAudience'
  | 'introspection'
  | 'jwks'
  | 'jwksUri'
  | 'roleClaims'
  | 'scopeClaims'
>

/** Options of a preset whose issuer is a URL that the vendor's console shows. */
export interface IssuerPresetOptions extends PresetOptions {
  /** The issuer, exactly as its metadata and tokens name it. */
  issuer: string
}

/** Throws `TypeError` for what is no issuer of that vendor. `wanted`: the end of a sentence, with the form that it must have. */
export function requireIssuer(
  preset: string,
  issuer: string,
  { form, wanted }: { form: RegExp; wanted: string },
): void {
  // In JavaScript, and where a variable of the environment is not set.
  if (typeof issuer !== 'string')
    throw new TypeError(`"issuer" of ${preset}(…) is not set: ${preset}({ issuer: '…' }), with ${wanted}`)
  const whyNot = whyNotIdentifier(issuer)
  if (whyNot !== undefined) throw new TypeError(`"issuer" of ${preset}(…) ${whyNot}`)
  if (!form.test(issuer)) throw new TypeError(`"issuer" of ${preset}(…) must be ${wanted}, but is "${issuer}"`)
}
