export { type ExitCode, exitCodes } from './cli/exit-codes.ts'
