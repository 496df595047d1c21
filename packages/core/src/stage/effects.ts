/**
 * What a call of a stage leaves behind, which decides whether rows may be run again: nothing; what a second call with
 * the same `idempotencyKey` does not add to; or something that a second call would do twice.
 */
export const effectKinds = ['pure', 'idempotent', 'once'] as const
export type Effects = (typeof effectKinds)[number]
