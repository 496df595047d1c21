import type { ErrorCode } from '@redesmyn/core'
import { stdinPath } from '../source/input/stdin-path.ts'
import { commandText } from './command-text.ts'
import { stepOfMistake } from './step-of-mistake.ts'

/** A failure, as far as its remedy depends on it. */
export interface FailedCommand {
  readonly code: ErrorCode
  /** `elsewhere`: another process was asked to run a stage. */
  readonly where?: 'here' | 'elsewhere'
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
  /** The system's own, wherever it stands in the chain of causes. */
  readonly systemCode: string | undefined
  /** The command line, without the program's name. */
  readonly words: readonly string[]
}

/** Of a server that does not start, and of an app module that is not there. */
const bySystemCode: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'stop the program that listens there, or choose another port, with --port or --listen (0 takes any free one)',
  EADDRNOTAVAIL: 'give an address of this machine with --host, or 0.0.0.0 for all of them',
  EACCES: 'ports below 1024 need privileges: choose another with --port',
}

const ofWriting: Readonly<Record<string, string>> = {
  ENOSPC: 'make room on that disk, then give the same command again: committed parts are kept',
  EDQUOT: 'make room within the quota, then give the same command again: committed parts are kept',
  EACCES: 'allow this user to write there, or choose another folder with --output',
  ENOENT: 'choose another folder with --output',
  ENOTDIR: 'choose another folder with --output',
  EROFS: 'choose a folder that can be written with --output',
}

const ofReading: Readonly<Record<string, string>> = {
  ENOENT: 'correct the path, or name other files with --input',
  EACCES: 'allow this user to read it',
}

const ofStdin: { readonly [Code in ErrorCode]?: string } = {
  SOURCE_FAILED: 'see to what writes there, then send all of it again: of stdin nothing is kept before its end',
  SCHEMA_MISMATCH: 'make the schema say what comes through stdin, or send what it says',
}

/** A mended handler is other code: a run that was begun with the one before says so unless it is told. */
const ofHandler = 'mend the handler, then give the same command with --accept-drift: committed parts are kept'

const byCode: { readonly [Code in ErrorCode]?: string } = {
  ROUTE_DUPLICATE: 'give one of the two endpoints another path',
  SCHEMA_NOT_ASSIGNABLE: 'make the schemas agree, or put a stage between that maps one to the other',
  SCHEMA_MISMATCH: 'make the schema say what the files hold, or name other files with --input',
  MODEL_LOAD_FAILED: 'check the artifact with the tool that made it',
  HANDOFF_FAILED:
    'start the stage there with "cascade serve <app> --stage <name> --listen <address>", or say with --place where it is',
  GRAPH_CYCLE: 'take one of these inputs away',
  HANDLER_ERROR: ofHandler,
  HANDLER_OUTPUT_MISMATCH: ofHandler,
  BATCH_DIM_MISMATCH: ofHandler,
  OUTPUT_SCHEMA_MISMATCH: ofHandler,
  HANDLER_WROTE_INPUT: ofHandler,
  EXECUTOR_LOST:
    'find out what ends it; with isolation "child" a stage takes nothing else down. The same command goes on',
  SOURCE_FAILED: 'mend the file, then give the same command again: committed parts are kept',
  SINK_FAILED: 'see to that folder, then give the same command again: committed parts are kept',
  PLAN_CHANGED: '--restart begins anew; --accept-drift goes on where only the code has changed',
  OUTPUT_LOCKED: 'wait for that run, or stop it; one that was lost is taken over after 30 s of silence',
  PARTS_MISSING: 'run the shards that are missing, then give the same command again',
  REJECTS_EXCEEDED:
    'see "cascade rejects", then give the same command again with a higher --max-rejects: committed parts are kept',
  MEMORY_INSUFFICIENT: 'give more with --memory, or smaller batches with --batch-rows',
}

/** Where another process was asked to run a stage. */
const byCodeElsewhere: { readonly [Code in ErrorCode]?: string } = {
  BETWEEN_UNSUPPORTED:
    'something else answers there: say with --place where the stage is, or start it there with "cascade serve <app> --stage <name> --listen <address>"',
  ROUTE_NOT_FOUND:
    'offer the stage there too, with "cascade serve <app> --stage <name>", or say with --place where it is',
  UNAUTHENTICATED: 'give the token that is expected there: between.host({ token })',
  SCHEMA_MISMATCH: 'serve the stage there from the same version of the app, then give the same command again',
  DRAINING: 'start the stage there again, then give the same command again',
  QUEUE_FULL: 'give the stage there more room, or more instances, then give the same command again',
}

const ofCertificate =
  'say with between.host({ tls }) which authority is trusted, and which name, or renew the certificate there'

/** What to do about a failure; undefined where only its message can tell. */
export function nextStepOf({
  code,
  where,
  message,
  details,
  systemCode = '',
  words,
}: FailedCommand): string | undefined {
  const [command = 'serve'] = words
  if (code === 'RUN_INTERRUPTED') return `go on with: ${commandText(words)}`
  if (details['file'] === stdinPath && ofStdin[code] !== undefined) return ofStdin[code]
  if (code === 'SINK_FAILED') return ofWriting[systemCode] ?? byCode.SINK_FAILED
  if (code === 'SOURCE_FAILED') return ofReading[systemCode] ?? byCode.SOURCE_FAILED
  if (where === 'elsewhere' && /CERT|LEAF_SIGNATURE/.test(systemCode)) return ofCertificate
  const ofStage = where === 'elsewhere' ? (byCodeElsewhere[code] ?? byCode[code]) : undefined
  if (ofStage !== undefined) return ofStage
  if (systemCode === 'ENOENT') return missingFile(command)
  const ofSystem = command === 'serve' ? bySystemCode[systemCode] : undefined
  if (ofSystem !== undefined) return ofSystem
  if (code === 'CONFIG_INVALID') return stepOfMistake({ message, details, words })
  if (code === 'PARTS_MISSING' && command === 'retry-rejects') return 'make it to its end with "cascade run" first'
  return byCode[code]
}

function missingFile(command: string): string {
  if (command === 'run' || command === 'retry-rejects') {
    return `give the path of the module that exports your assets, as in: cascade ${command} flow.ts#scored`
  }
  return 'give the path of the module that exports your endpoints, as in: cascade serve app.ts'
}
