/**
 * What a store of one's own is made of, over the database client that an application has already: arguments are refused, and ids are written, as
 * the stores of this package do. `@portcullis/auth/stores/contract` says whether it is one. See docs/storage-schema.md, "A store of your own".
 */
export { isGone } from './clock.ts'
export { fromKeyText, toKeyText } from './key-text.ts'
export { entryOf, type IndexPair, parseChanges, parseLifetime, parsePage, type Write } from './write.ts'
