import { registerHooks } from 'node:module'

/** Preloaded: has a server import other packages than it names, as `INSTEAD` says (`name=other,…`). */
const instead = new Map((process.env.INSTEAD ?? '').split(',').map((pair) => pair.split('=') as [string, string])) // what is not set maps nothing

registerHooks({
  resolve: (specifier, context, next) => next(instead.get(specifier) ?? specifier, context),
})
