/**
 * TypeBox's compiler of checks. It is handed in, because loading it unbundled takes longer than everything else
 * at start: a bundled app brings its own.
 */
export type Compile = typeof import('typebox/compile').Compile
