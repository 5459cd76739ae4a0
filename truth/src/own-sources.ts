import { registerHooks } from 'node:module'

/**
 * Our own packages from their sources. Not by `--conditions=source`, since a library of the clients' has that condition too, for files that
 * Node does not load.
 */
registerHooks({
  resolve(specifier, context, next) {
    const isOurs = specifier.startsWith('@portcullis/') || (specifier.startsWith('#') && isOwnSource(context.parentURL))
    return next(specifier, isOurs ? { ...context, conditions: [...context.conditions, 'source'] } : context)
  },
})

function isOwnSource(url = ''): boolean {
  return /\/packages\/[^/]+\/src\//.test(url) && !url.includes('/node_modules/')
}
