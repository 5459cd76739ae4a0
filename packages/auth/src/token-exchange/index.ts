export type { TokenExchangeOptions } from './config.ts'
export { createTokenExchange } from './create-token-exchange.ts'
export type { DownstreamToken, TokenExchange } from './token-exchange.ts'
export { TokenExchangeError } from './token-exchange-error.ts'
