import { CommanderError } from 'commander'
import type { CommandIo } from './command-io.ts'
import { type CommandResult, exitCodeOf, exitCodes } from './exit-codes.ts'
import { describeFailure, failureLine, failureText } from './failure.ts'
import { createProgram } from './program.ts'

/** Runs one command line, without the program's own name. Never throws: failures are written to `writeErr`. */
export async function runCommand(words: readonly string[], io: CommandIo): Promise<CommandResult> {
  let result: CommandResult = exitCodes.ok
  const program = createProgram(io, (told) => {
    result = told
  })
  try {
    await program.parseAsync([...words], { from: 'user' })
    return result
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    const failure = describeFailure(error)
    const isForPeople = io.isErrTerminal || words[0] !== 'serve'
    io.writeErr(isForPeople ? failureText(failure) : failureLine(failure, io.isoTime()))
    return exitCodeOf(failure.code)
  }
}
