/** Whoever read the stream that a run writes has left, as `head` does: an end, and no fault. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone'

  constructor() {
    super('nobody reads the output any more')
  }
}
