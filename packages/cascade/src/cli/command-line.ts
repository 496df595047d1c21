import { CommanderError } from 'commander'
import type { CommandIo } from './command-io.ts'
import type { CommandParts } from './command-parts.ts'
import { type CommandResult, exitCodeOf, exitCodes } from './exit-codes.ts'
import { describeFailure, failureLine, failureText } from './failure.ts'
import { createProgram } from './program.ts'

/** Runs one command line, without the program's own name. Never throws: failures are written to `writeErr`. */
export async function runCommandLine(
  words: readonly string[],
  io: CommandIo,
  loadDriver: CommandParts['loadDriver'],
): Promise<CommandResult> {
  let result: CommandResult = exitCodes.ok
  const tell = (told: CommandResult) => {
    result = told
  }
  const program = createProgram({ io, tell, loadDriver })
  try {
    await program.parseAsync([...words], { from: 'user' })
    return result
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    const failure = describeFailure(error, words)
    const isServing = words[0] === 'serve'
    const isForPeople = isServing ? io.isErrTerminal : !wantsLines(words)
    const event = isServing ? 'startFailed' : 'runFailed'
    io.writeErr(isForPeople ? failureText(failure) : failureLine(failure, io.isoTime(), event))
    return exitCodeOf(failure.code, words[0], failure.where)
  }
}

/** Whoever reads progress as JSON reads the failure in the same place. */
function wantsLines(words: readonly string[]): boolean {
  return words.some(
    (word, index) => word === '--progress=json' || (word === '--progress' && words[index + 1] === 'json'),
  )
}
