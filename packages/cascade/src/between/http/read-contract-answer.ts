import { PipelineError } from '@redesmyn/core'
import type { Contract } from '../../handoff/contract.ts'
import { readContracts } from '../../wire/contract-json.ts'
import type { HandoffFailure } from '../instance.ts'
import type { HttpAnswer } from './http-peer.ts'

type Where = Pick<HandoffFailure, 'stage' | 'instance'>

/** The contract of a stage among those that a stage server tells. Throws BETWEEN_UNSUPPORTED and ROUTE_NOT_FOUND. */
export function readContractAnswer(answer: HttpAnswer, where: Where): Contract {
  const { stage, instance } = where
  const offered = contractsOf(answer, where)
  const contract = offered.find(({ name }) => name === stage)
  if (contract !== undefined) return contract
  const names = offered.map(({ name }) => `"${name}"`).join(', ')
  throw new PipelineError('ROUTE_NOT_FOUND', `there is no stage "${stage}" at ${instance}, only ${names}`, {
    details: where,
  })
}

function contractsOf({ bytes }: HttpAnswer, where: Where): readonly Contract[] {
  try {
    // A decoder takes no shared memory.
    return readContracts(new TextDecoder().decode(new Uint8Array(bytes)))
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    throw new PipelineError(error.code, `${where.instance} is no stage server: ${error.message}`, {
      details: where,
      cause: error,
    })
  }
}
