import { serveBare } from './bare.ts'

serveBare({
  contentType: 'application/json',
  answer: (body) => JSON.stringify(JSON.parse(body.toString())),
})
