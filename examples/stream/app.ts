import { eachRowStream, endpoint, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Prompt = Type.Object({
  text: Type.String(),
  /** Milliseconds between two words, as a language model would take them. */
  pauseMs: Type.Optional(Type.Number({ minimum: 0, maximum: 1000 })),
})
const Token = Type.Object({ token: Type.String(), index: Type.Integer() })

export const tokens = stage({
  name: 'tokens',
  input: Prompt,
  events: Token,
  handler: eachRowStream(async function* ({ text, pauseMs }, { clock }) {
    for (const [index, token] of text.split(' ').entries()) {
      await new Promise<void>((resolve) => clock.after(pauseMs ?? 50, resolve))
      yield { data: { token, index } }
    }
  }),
})

export default endpoint('/tokens', tokens)
