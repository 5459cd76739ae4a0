export type { ClientProfile, Fact, Family, Source, Step } from './profile.ts'
