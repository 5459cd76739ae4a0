/** In the order in which a client goes through them. */
export const stepNames = [
  'connect',
  'deny',
  'sign in',
  'whoami',
  'add_note',
  'whoami, expired',
  'delete_note',
  'elsewhere',
] as const
export type StepName = (typeof stepNames)[number]
