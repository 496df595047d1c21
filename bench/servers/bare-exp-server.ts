import { serveBare } from './bare.ts'

serveBare({
  contentType: 'application/json',
  id: 'unsent',
  answer(body) {
    const { x }: { x: number } = JSON.parse(body.toString())
    return `{"y":${Math.exp(x)}}`
  },
})
