/** One request of a cell, and what makes an answer to it right. */
export interface Work {
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly contentType: string
  isRight(answer: Buffer): boolean
}

/** A JSON body whose answer is JSON; the check throws where the answer has another form. */
export function jsonWork(record: unknown, isRight: (answer: unknown) => boolean): Work {
  return {
    body: JSON.stringify(record),
    contentType: 'application/json',
    isRight: (answer) => isRight(JSON.parse(answer.toString())),
  }
}
