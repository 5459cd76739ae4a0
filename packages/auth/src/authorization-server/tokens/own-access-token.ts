import { createLocalKeys } from '../../jwt/local-keys.ts'
import { signingAlgorithms } from '../../jwt/sign.ts'
import { type TokenVerdict, verifyAccessToken } from '../../jwt/verify-access-token.ts'
import type { ServerContext } from '../context.ts'

/** Verifies an access token as one of ours, for any of our resources. Whether its grant has ended is asked elsewhere. */
export async function verifyOwnAccessToken(
  token: string,
  { options, publishedKeys }: Pick<ServerContext, 'options' | 'publishedKeys'>,
): Promise<TokenVerdict> {
  const keys = createLocalKeys(await publishedKeys())
  return verifyAccessToken(token, {
    rulesOf: (issuer) =>
      issuer === options.issuer ? { issuer, algorithms: signingAlgorithms, tokenType: 'at+jwt', keys } : undefined,
    audiences: options.resources.flatMap(({ resource, alsoServedAt }) => [resource, ...alsoServedAt]),
    maxTokenAge: undefined,
    clockTolerance: 0,
    now: options.now,
  })
}
