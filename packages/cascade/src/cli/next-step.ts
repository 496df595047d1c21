import type { ErrorCode } from '@redesmyn/core'

/** By the system's own code, wherever it stands in the chain of causes. */
const bySystemCode: Readonly<Record<string, string>> = {
  EADDRINUSE: 'stop the program that listens there, or choose another port with --port (0 takes any free one)',
  EADDRNOTAVAIL: 'give an address of this machine with --host, or 0.0.0.0 for all of them',
  EACCES: 'ports below 1024 need privileges: choose another with --port',
  ENOENT: 'give the path of the module that exports your endpoints, as in: cascade serve app.ts',
}

const byCode: { readonly [Code in ErrorCode]?: string } = {
  CONFIG_INVALID: 'correct it; cascade serve --help lists every option with its range',
  ROUTE_DUPLICATE: 'give one of the two endpoints another path',
  SCHEMA_NOT_ASSIGNABLE: 'make the schemas agree, or put a stage between that maps one to the other',
  MODEL_LOAD_FAILED: 'check the artifact with the tool that made it',
}

/** What to do about a failure; `undefined` where only its message can tell. */
export function nextStepOf(code: ErrorCode, systemCode: string | undefined): string | undefined {
  const specific = systemCode === undefined ? undefined : bySystemCode[systemCode]
  if (specific !== undefined) return specific
  return byCode[code]
}
