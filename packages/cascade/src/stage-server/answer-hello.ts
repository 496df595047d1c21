import { PipelineError } from '@redesmyn/core'
import type { Contract } from '../handoff/contract.ts'
import { writeFailure } from '../wire/failure-head.ts'
import type { OutgoingFrame } from '../wire/frame-format.ts'
import type { FrameStart } from '../wire/frame-reader.ts'
import { type Head, readOptionalText } from '../wire/head-values.ts'
import { readContract } from '../wire/contract-json.ts'
import type { StageService } from './stage-service.ts'

/** The contract that the sender asks for, where what it has and wants goes with that; else why not. */
export function answerHello(service: StageService, { header: { call }, head }: FrameStart): OutgoingFrame {
  try {
    const contract = isWanted(head) ? service.hello(readContract(head['want'])) : findContract(service, head)
    return { kind: 'contract', call, head: { contract, credits: service.freeBytes } }
  } catch (error) {
    return { kind: 'failed', call, head: writeFailure(error) }
  }
}

function isWanted({ want }: Head): boolean {
  return want !== undefined && want !== null
}

/** Who names no stage means the only one. */
function findContract({ contracts }: StageService, head: Head): Contract {
  const stage = readOptionalText(head, 'stage')
  const found = contracts.find(({ name }) => name === stage)
  if (found !== undefined) return found
  if (stage === undefined && contracts.length === 1) return contracts[0]
  const names = contracts.map(({ name }) => `"${name}"`).join(', ')
  const asked = stage === undefined ? 'no name' : `"${stage}"`
  throw new PipelineError('ROUTE_NOT_FOUND', `expected the name of an offered stage, ${names}, got ${asked}`)
}
