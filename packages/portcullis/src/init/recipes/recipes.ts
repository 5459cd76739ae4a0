import type { Recipe } from '../recipe.ts'
import { fastmcp } from './fastmcp.ts'
import { fetchHandlers } from './fetch.ts'
import { middlewareFrameworks } from './frameworks.ts'
import { middlewareRecipe } from './middleware.ts'
import { next } from './next.ts'
import { nitro } from './nitro.ts'
import { nodeHttp } from './node.ts'

/** All that is known of, those first that stand in front of others: an application of Express is given to `createServer`. */
export const recipes: readonly Recipe[] = [
  fastmcp,
  next,
  nitro,
  ...middlewareFrameworks.map(middlewareRecipe),
  fetchHandlers,
  nodeHttp,
]
