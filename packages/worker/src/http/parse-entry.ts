import { workerData } from 'node:worker_threads'
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { loadApp } from '../app/load-app.ts'
import { BodyParser } from './body-parser.ts'
import type { ParseReply, ParseTask, ParseThreadData } from './parse-task.ts'

const { appUrl, overrides }: ParseThreadData = workerData
const parsers = new Map<string, Promise<BodyParser>>()

/**
 * The file a parse thread runs. The app loads with the first body, because an entry that throws at load hangs its pool.
 * Columns move to the other thread: shared memory is freed late, as no thread's collector feels its weight.
 */
export default async function parse(task: ParseTask): Promise<ParseReply | ReturnType<typeof move>> {
  const parser = parsers.get(appUrl) ?? loadApp(appUrl, overrides).then((app) => new BodyParser(app))
  parsers.set(appUrl, parser)
  const reply = (await parser).parse(task)
  return reply.kind === 'parsed' ? move({ [transferableSymbol]: reply.buffer, [valueSymbol]: reply }) : reply
}
