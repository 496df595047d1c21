import { serveBare } from './bare.ts'

serveBare({
  contentType: 'application/json',
  answer(body) {
    const { x }: { x: number } = JSON.parse(body.toString())
    return `{"y":${Math.exp(x)}}`
  },
})
